FROM python:3.12-slim
# ruleid: secret-default-credential-absent, secret-default-credential-absent--committed
ENV POSTGRES_PASSWORD=postgres
# ruleid: secret-default-credential-absent
ENV PORT=8080 ADMIN_PASSWORD=admin123
# ruleid: secret-default-credential-absent, secret-default-credential-absent--committed
ARG REDIS_PASSWORD="redis"
# ok: secret-default-credential-absent, secret-default-credential-absent--committed
ENV PORT=8080
# ok: secret-default-credential-absent, secret-default-credential-absent--committed
ARG DB_PASSWORD
# ok: secret-default-credential-absent, secret-default-credential-absent--committed
ENV POSTGRES_PASSWORD_FILE=/run/secrets/pg
# ok: secret-default-credential-absent, secret-default-credential-absent--committed
ENV DB_USER=postgres
# ok: secret-default-credential-absent, secret-default-credential-absent--committed
RUN --mount=type=secret,id=pw ./setup.sh
