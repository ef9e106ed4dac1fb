from fastapi import Request as Request
