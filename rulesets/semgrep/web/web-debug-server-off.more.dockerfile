FROM python:3.12
# ruleid: web-debug-server-off--configuration
ENV FLASK_DEBUG=1
# ok: web-debug-server-off--configuration
ENV FLASK_DEBUG=0
# ruleid: web-debug-server-off--configuration
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--reload"]
# ok: web-debug-server-off--configuration
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--workers", "4"]
# ruleid: web-debug-server-off--configuration
CMD flask run --debug --host 0.0.0.0
# ruleid: web-debug-server-off--configuration
CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]
