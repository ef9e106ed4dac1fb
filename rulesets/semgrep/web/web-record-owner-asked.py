from fastapi import APIRouter, Depends

router = APIRouter()


@router.delete("/conversations/{conversation_id}")
def remove(conversation_id: int, db=Depends(get_db), user=Depends(get_current_user)):
    # ruleid: web-record-owner-asked
    db.query(Conversation).filter(Conversation.id == conversation_id).delete()
    db.commit()


@router.get("/conversations/{conversation_id}")
async def show(conversation_id: int, session=Depends(get_session), current_user: User = Depends(get_current_user)):
    # ruleid: web-record-owner-asked
    return await session.get(Conversation, conversation_id)


@router.get("/own/{conversation_id}")
def show_own(conversation_id: int, db=Depends(get_db), user=Depends(get_current_user)):
    # ok: web-record-owner-asked
    return db.query(Conversation).filter(Conversation.id == conversation_id, Conversation.user_id == user.id).first()


@router.get("/compared/{conversation_id}")
def show_compared(conversation_id: int, db=Depends(get_db), user=Depends(get_current_user)):
    # ok: web-record-owner-asked
    found = db.query(Conversation).filter(Conversation.id == conversation_id).first()
    if found.user_id != user.id:
        raise HTTPException(404)
    return found


@router.delete("/admin/{conversation_id}")
def remove_any(conversation_id: int, db=Depends(get_db), user=Depends(get_admin_user)):
    # ok: web-record-owner-asked
    db.query(Conversation).filter(Conversation.id == conversation_id).delete()


@router.delete("/asked/{conversation_id}")
def remove_asked(conversation_id: int, db=Depends(get_db), user=Depends(get_current_user)):
    check_owner(conversation_id)
    # ok: web-record-owner-asked
    db.query(Conversation).filter(Conversation.id == conversation_id).delete()
