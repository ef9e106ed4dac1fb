from langchain_experimental.agents import create_csv_agent, create_pandas_dataframe_agent


def analyst(llm, frame):
    # ruleid: os-code-not-evaluated--code-agent
    return create_pandas_dataframe_agent(llm, frame, allow_dangerous_code=True)


def refused(llm, place):
    # ok: os-code-not-evaluated--code-agent
    return create_csv_agent(llm, place, allow_dangerous_code=False)
