FROM debian:12
# ruleid: shell-tls-verified--dockerfile
RUN curl -k https://x.example/y -o y
# ruleid: shell-tls-verified--dockerfile
RUN pip install --trusted-host pypi.example.com x
# ok: shell-tls-verified--dockerfile
RUN curl -fsSL https://x.example/y -o y
