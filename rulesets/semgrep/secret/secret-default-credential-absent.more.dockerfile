FROM postgres:16
# ruleid: secret-default-credential-absent, secret-default-credential-absent--committed
ENV POSTGRES_PASSWORD=postgres
# ok: secret-default-credential-absent, secret-default-credential-absent--committed
ENV POSTGRES_USER=app
# ruleid: secret-default-credential-absent, secret-default-credential-absent--committed
ARG ADMIN_PASSWORD=admin
# ok: secret-default-credential-absent, secret-default-credential-absent--committed
ENV POSTGRES_PASSWORD_FILE=/run/secrets/pg
# ruleid: secret-default-credential-absent
ENV APP_USER=app RABBITMQ_DEFAULT_PASS=guest
# ok: secret-default-credential-absent, secret-default-credential-absent--committed
ARG DB_PASSWORD
