from django.contrib.auth.decorators import login_required
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET


@csrf_exempt
@login_required
# ruleid: web-forgery-protection-on
def remove(request, number):
    Agent.objects.filter(id=number, owner=request.user).delete()
    return JsonResponse({})


# ok: web-forgery-protection-on
@login_required
def rename(request, number):
    return JsonResponse({})


# ok: web-forgery-protection-on
@csrf_exempt
@require_GET
@login_required
def show(request, number):
    return JsonResponse({})


# ok: web-forgery-protection-on
@csrf_exempt
@login_required
def by_token(request, number):
    key = request.META["HTTP_X_API_KEY"]
    return JsonResponse({})


# ruleid: web-forgery-protection-on
app.config["WTF_CSRF_ENABLED"] = False

# ok: web-forgery-protection-on
app.config["WTF_CSRF_ENABLED"] = True
