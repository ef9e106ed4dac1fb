FROM debian:12
# ruleid: shell-downloads-encrypted--dockerfile
RUN wget http://get.example.com/agent.deb
# ok: shell-downloads-encrypted--dockerfile
RUN wget https://get.example.com/agent.deb
