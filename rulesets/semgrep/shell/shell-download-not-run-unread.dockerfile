FROM debian:12
# ruleid: shell-download-not-run-unread--dockerfile
RUN curl -fsSL https://get.example.com/x | bash -
# ok: shell-download-not-run-unread--dockerfile
RUN curl -fsSLo x.tgz https://get.example.com/x.tgz && echo "0f  x.tgz" | sha256sum -c -
