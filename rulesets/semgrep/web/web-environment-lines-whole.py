from pathlib import Path

ENV = Path(".env")


def update(key, value):
    rows = [row for row in ENV.read_text().splitlines() if not row.startswith(key)]
    # ruleid: web-environment-lines-whole
    rows.append(f"{key}={value}")
    ENV.write_text("\n".join(rows))


def token(value):
    with open(".env", "a") as file:
        # ruleid: web-environment-lines-whole
        file.write(f"API_TOKEN={value}\n")


def shown(key, value):
    # ok: web-environment-lines-whole
    return f"{key} = {value}"
