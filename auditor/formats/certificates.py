"""Who an X.509 client certificate speaks for; nothing is verified here."""

from __future__ import annotations

import base64
import binascii


def groups(pem: str) -> tuple[str, ...] | None:
    """Return the groups that the first certificate of a PEM text puts its holder in, None if there is none to read.

    Kubernetes takes each organization of the subject for a group (Kubernetes "X509 client certificates").
    """
    from cryptography import x509  # noqa: PLC0415 - 50 ms, and most runs read no certificate

    try:
        subject = x509.load_pem_x509_certificate(pem.encode()).subject
        found = subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    except ValueError:
        return None
    return tuple(str(each.value) for each in found)


def kubeconfig_groups(value: object) -> tuple[str, ...] | None:
    """Return the groups of all client certificates in a kubeconfig.

    Returns:
        Groups, sorted; none where its users have no certificate; None where one cannot be read or lies elsewhere.
    """
    users = value.get("users") if isinstance(value, dict) else None
    if not isinstance(users, list):
        return None
    found: set[str] = set()
    for entry in users:
        user = entry.get("user") if isinstance(entry, dict) else None
        if not isinstance(user, dict) or "client-certificate" in user:
            return None
        if (data := user.get("client-certificate-data")) is None:
            continue
        try:
            pem = base64.b64decode(str(data), validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            return None
        if (of_user := groups(pem)) is None:
            return None
        found.update(of_user)
    return tuple(sorted(found))
