from starlette.responses import *
