from langchain_experimental.utilities.python import PythonREPL as PythonREPL
