# ruleid: secret-private-key-absent
KEY = """-----BEGIN RSA PRIVATE KEY-----
MIIEhvrRsxOCQjnws5FRPIznuCpKWrCNdNmyzLElMnLCriJWs8kKuje439uPL6sp
NYZxoGFonfjjKDc/xpJUkwlkTeQYuN2j5jrH4NYVDc0cCg4XNe0qa8itD6hgTs/z
V1z8aSOIkAF+Oi5DXG2oCz03SG3TXOxBzi86rUr6NFmNMnf6SK7Hm7cOiDOs2MoL
eLJQYByHFE2Uxp72ldBMucPS1oLbsSHMImBOx+5/Kbt4Mb68symz
-----END RSA PRIVATE KEY-----"""
# ruleid: secret-private-key-absent
KEY = """-----BEGIN PRIVATE KEY-----
MIIENZsdC6RwzCOsilHIImlbpcEy3l4XOjCVh8DzIUo9jMWKIuVhnjTKSAM9n9mF
0+l5jko/J95GYSOuU1F3Oy0rLodVblj1pPX0BPUxkv8VAsw7AGVv3lbZE7ZqQIc7
p0sNVDo6PBW2cdvslbNBFrrIl2EimNR8hRGf9tOrOGFRk75zTu/2DWiR6N9+H0Vv
BS0zZOAKV47zO+OqMJW8lCmA1gT1xgEaCyDHrpeI9O0/0fB+9Ics
-----END PRIVATE KEY-----"""
# ruleid: secret-private-key-absent
KEY = """-----BEGIN EC PRIVATE KEY-----
MHcCAZt94AOUIXnei6hhZ+TopD7D+cBaah2Wi7FdT/gTc36URL+3yqH0ga2dBaJc
wPJ127iHp8jLnRcVSjy3NDDgWCOJh4qvBw/vayKygQnHSFn6oaxJ43suKFlfpI2T
RARixxQEPv0o6Nph0ztvdueZ9L4gJFhgF/OWPXz03+5u4wgkem9oBZ0fsObVL1LZ
7t5XN8tv3xe4xP4SNCOKeKLHRsVJRa3l6Mo9rlIAAaZajbsFqLDj
-----END EC PRIVATE KEY-----"""
# ruleid: secret-private-key-absent
KEY = """-----BEGIN SM2 PRIVATE KEY-----
MHcCZV1SHjd9Khb4y/AtW6iFNOXQSqV9/StFlaRQENTnGw/0161iBKcGGRF5YM5a
DNGFeDUDy/c7m/8DU/TJaKN8IjtbACMYDg1j5+gpYAXMQXxAO+8UwuU/cdx7QokN
/u2Ghj/hynlisp1qVgTTsIu/jzOWVwv59No/BhDHSP/9Pmm+WHQpu4/jXotPJk5l
6kJ4cK7O/uuJUkrNRpzh3QXztRZz8WmGgWY+jjU6qNSpISTHPd5I
-----END SM2 PRIVATE KEY-----"""
# ruleid: secret-private-key-absent
KEY = """-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ2R3xqcIiDzrr6sLuEhqUvF
XJl4y7ZQ9S83omjeHE7oDE+ef1MfUOSZrJY4QfC6FAn4r2pXu5LjPJnpngBkGYHw
Yj7QjlWMV2z6REYikCJboFush9QqG7mK95E/iryTt1jua84EMdSRuqRso6yhA5m3
+9H02JP5H5VWGz10aYWT5eYJg7zcbrfkiGKPzIJnuGEfarJlQTNDSga/JY1E76qD
G6z9ybDeXK3139YeAIycq6USg1
-----END OPENSSH PRIVATE KEY-----"""
# ruleid: secret-private-key-absent
KEY_LINE = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49y/uGxyfW8vOra+3yhRgWjw1U5We9WwRax3bJ8LYYPK1WWFOeDChuyYVNuJizK8z2DxGV1pRIr0TzOTOi\n-----END PRIVATE KEY-----\n"
PARTS = (
 # ruleid: secret-private-key-absent
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEBiRr7QHjgxvUFLd483Ue+MMMZX6tLT7lP2wjtYHf\n"
    "-----END EC PRIVATE KEY-----\n"
)
# ruleid: secret-private-key-absent
sm2_private_key = "b1e3bb04d9fbe435990064d777ea75cc17e23740f1f503539a3870339a2032ca"
# ruleid: secret-private-key-absent
crypt = CryptSM2(private_key="29c6a10c920b842b8a2d89a90bb13a441eaa488547f5527bdc92c38800d2e118", public_key=pub)
# ruleid: secret-private-key-absent
CLIENT_KEY_DATA = "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFWmQwSS9YRUZJM2k3SmoySzhjQXBkU0YzVW5sdnpyREc0UE9Kcy9sNXMreS9NOEJWWTlnWGlkY1loZlJFCnVzQkkyb1oxUDNieUFwbkJuS2JtUVFwb05rM2RydzZRNXpCbFhBQm5XMnd3Vmx3NjVXdTli"
# ruleid: secret-private-key-absent
jwk = {"kty": "EC", "crv": "P-256", "x": "VVCjTonhpAzVxcbYMkdbW6NPXfTs7cOnlncG7JAUfcn", "y": "nbvEQoLkOuhDKWLsjn6N2oDv2JncOleuVKskGPQk9nj", "d": "tpuwgEuStEu0V8R3gImKIB3oi5g1mbt2O3kEjPkJM1K"}
# ok: secret-private-key-absent
ENC = """-----BEGIN ENCRYPTED PRIVATE KEY-----
MIIp7uu+V42McTdew+RvKinbX7QnWThLwq0oM7z5u7iv1l7wWbvlar5nGUuHM6Ad
3wW0O1N2B4IPCX2AkpDmDFgfcHgs579WAT16R2wU3v7yauUmQdepp63VQoq3L2u8
CEhR9omxWk3KHxJNiLxYts7zSzoYECjBgw3QnsBbrl6lk/hgus+ahleZUnEjU0Eq
ekRbjgwGbCMlmRuCR0psbrKiMiXmLsfte78pkgRtNS8kjsTbMNz
-----END ENCRYPTED PRIVATE KEY-----"""
# ok: secret-private-key-absent
ENC_TRADITIONAL = """-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-256-CBC,2FC28871F8041C0E47B3892ECCF34A0E

MII7rNa62xIkhlFxvw+qazLS+7zpF8E8ZF9Gd+hGEOQdVeKyZoPLjVN4Twk1sWwT
tUQqbGlas+TCWviNMDKonS1JZVZyHKDnwUDa5aMF0eIIGe9KBLDzkl2+y8Fh9ujY
Qktwbhovoofi4c11Z/mumdEU5Fap1dqYpqEEtRdekSS/tqkHebZxd3LTcjMICLrn
iUphayBZxGi2t/ggWetSPiFfeoWuyAbz8wGbQAXG8KCGmef0x/4
-----END RSA PRIVATE KEY-----"""
# ok: secret-private-key-absent
ENC_SSH = """-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0wXFSxdJ9P86U
Yb4Em8xQfT2T7ZMTJSP7Iye5tqF+emmNyVSx+6zGLMPWYXjxzeQI9KT+EpbgbjeM
DQVBaYM5Iwf7N+qt6tA3OpTID8+CD19BpkpuTxEGYrUNCjgdocEwAkFS8Jk1eRKW
FzyNuCQfo1nJnPmSuiVFgOU54oyOJnbr4ZAH/is/gmyNMagPGFeVt/mlOOyGdVbv
bJc+av+MjBhxVWBlXIduGGiy35+k9v9mhvox
-----END OPENSSH PRIVATE KEY-----"""
# ok: secret-private-key-absent
PUB = """-----BEGIN PUBLIC KEY-----
MIIBkKCFTEC9g+dclI9IN4EXWRMUsDkwkGbyk6OM6wvU0qQOA3RKs0DeNoTv0oxp
iu1Pe0pOktmcvahAEYh7JCTbmehHT7tK/ULuElyK9/ktWCPh3aDbnBVVg0rD2/8V
AZOZjEorE5zF7t828u8LZAeSbZnI+C5OsN12Vh7C+j6NVSVCQRHqaid2QKyjYBvp
zHM9ySLFbp7o5p8yyFp5NRWRAhz617YtIoBg7UPNIKg+plEkUjE3
-----END PUBLIC KEY-----"""
# ok: secret-private-key-absent
CERT = """-----BEGIN CERTIFICATE-----
MIIqHuQBrkcYKzwlIFCT0/VvUGT10VcnjN/SMgg4TDiEOfCY4DXuJS3lW6rIWS9T
BJR7hjSD55A8Zo73EAy+0ZT78V2n4i/2OalqkQMSagZjxc4Nj39b/kHvuFqNePZN
kY/xCXovJaBtgkzB2q8lFOdYR4eiSanEkelswsH81XlcR6ZZk86OAJJFbHwF5tjK
zwEn9tHXkBUqcADrQIyHI9FqLlB5NlOtBIzmRuNnVyZpy4rY+QC
-----END CERTIFICATE-----"""
# ok: secret-private-key-absent
is_pem = text.startswith("-----BEGIN PRIVATE KEY-----")
# ok: secret-private-key-absent
HEADER = "-----BEGIN EC PRIVATE KEY-----"
# ok: secret-private-key-absent
pem = "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----"
# ok: secret-private-key-absent
sample = "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----"
# ok: secret-private-key-absent
hint = "-----BEGIN PRIVATE KEY-----\nYOUR_PRIVATE_KEY_GOES_IN_THIS_PLACE\n-----END PRIVATE KEY-----"
# ok: secret-private-key-absent
key = load_pem_private_key(Path("/run/secrets/tls.key").read_bytes(), password=None)
# ok: secret-private-key-absent
sm2_public_key = "004206bfd7a7eb84ca300c934d390487c4b694ae61eae1621472f2facfb3efde85d2c505231465e2870fd75ec2da3788e5ed0b0dfbf9062c2410a5c554fbe6ba"
# ok: secret-private-key-absent
private_key = os.environ["SM2_PRIVATE_KEY"]
# ok: secret-private-key-absent
jwk_public = {"kty": "EC", "crv": "P-256", "x": "xVyJIn7X9ZMGt95gcOgQkPYN3ImL2e50dk5qiP7qgsC", "y": "du03RrNWAVp5lp8gYUpQ8fWo5Mo4z8UwV8YT9F9VXvj"}
