# ruleid: secret-private-key-absent
KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgk9Qw7xZr3VnB5mT1
aY8cD2eF6gH4jK0lPoIuYtReWqShRANCAATx
-----END PRIVATE KEY-----"""
# ok: secret-private-key-absent
PUB = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAE
-----END PUBLIC KEY-----"""
# ruleid: secret-private-key-absent
RSA_KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAz8krbsJ5yKBZQpn74WFkmLPx3\nabc\n-----END RSA PRIVATE KEY-----"
# ok: secret-private-key-absent
HEADER = "-----BEGIN PRIVATE KEY-----"
# ok: secret-private-key-absent
ENC = """-----BEGIN ENCRYPTED PRIVATE KEY-----
MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI
-----END ENCRYPTED PRIVATE KEY-----"""
# ruleid: secret-private-key-absent
sm2_private_key = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
# ok: secret-private-key-absent
def load(path):
    return open(path).read()
# ruleid: secret-private-key-absent
SSH = """-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
-----END OPENSSH PRIVATE KEY-----"""
