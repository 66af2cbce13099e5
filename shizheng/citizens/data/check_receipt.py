"""Check a receipt without asking anybody: python check_receipt.py receipt.json keys.json

Needs Python 3.9 or later and `pip install cryptography`. Get keys.json once from /petition/keys.json of the city and keep it.
Prints what the receipt says; ends with 1 where the signature does not hold.
"""

import json
import sys
from base64 import urlsafe_b64decode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def plain(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def main(receipt, keys):
    with open(receipt, encoding="utf-8") as file:
        given = json.load(file)
    with open(keys, encoding="utf-8") as file:
        known = {each["kid"]: each for each in json.load(file)["keys"]}
    kid = json.loads(plain(given["protected"]))["kid"]
    if kid not in known:
        return "The key of this receipt is not in the list of keys."
    signed = f"{given['protected']}.{given['payload']}".encode()
    try:
        Ed25519PublicKey.from_public_bytes(plain(known[kid]["x"])).verify(plain(given["signature"]), signed)
    except InvalidSignature:
        return "The signature does not hold: something was changed."
    print(json.dumps(json.loads(plain(given["payload"])), ensure_ascii=False, indent=1))
    return None


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
