from langchain_core.language_models import BaseLLM as BaseLLM, LLM as LLM
