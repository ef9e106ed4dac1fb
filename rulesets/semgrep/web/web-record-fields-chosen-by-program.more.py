from fastapi import APIRouter, Depends

router = APIRouter()


@router.patch("/users/{user_id}")
def patch_user(user_id: str, body: dict, session=Depends(get_session)):
    row = session.get(User, user_id)
    for key, value in body.items():
        # ruleid: web-record-fields-chosen-by-program
        setattr(row, key, value)
    session.commit()
    return row


@router.put("/users/{user_id}")
def put_user(user_id: str, body: dict, session=Depends(get_session)):
    row = session.get(User, user_id)
    # ok: web-record-fields-chosen-by-program
    row.name = body["name"]
    session.commit()
    return row
