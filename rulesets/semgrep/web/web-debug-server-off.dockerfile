FROM python:3.12-slim
# ruleid: web-debug-server-off--configuration
ENV FLASK_DEBUG=1
# ruleid: web-debug-server-off--configuration
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--reload"]
# ruleid: web-debug-server-off--configuration
CMD flask --app main run --debug
# ok: web-debug-server-off--configuration
ENV FLASK_DEBUG=0
# ok: web-debug-server-off--configuration
CMD ["uvicorn", "main:app", "--workers", "4"]
# ok: web-debug-server-off--configuration
CMD ["gunicorn", "main:app"]
