FROM debian:12
# ruleid: shell-files-not-world-writable--dockerfile
RUN chmod -R 777 /app
# ok: shell-files-not-world-writable--dockerfile
RUN chmod -R 750 /app
