import json

# ruleid: data-bucket-not-public
STATEMENT = {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::files/*"]}

# ruleid: data-bucket-not-public
OTHER = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}

# ok: data-bucket-not-public
DENIED = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}

# ok: data-bucket-not-public
OWN = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/app"}, "Action": "s3:*", "Resource": "*"}

# ok: data-bucket-not-public
NEAR = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}


def put(s3, name, body):
    # ruleid: data-bucket-not-public
    s3.put_object(Bucket="files", Key=name, Body=body, ACL="public-read")


def put_own(s3, name, body):
    # ok: data-bucket-not-public
    s3.put_object(Bucket="files", Key=name, Body=body, ACL="private")
