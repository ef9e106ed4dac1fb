const asked = decodeURIComponent(location.hash.slice(1));
// ruleid: web-page-input-not-html
document.getElementById('out')!.innerHTML = asked;
// ruleid: web-page-input-not-html
eval(asked);

const params = new URLSearchParams(window.location.search);
// ruleid: web-page-input-not-html
document.write('<b>' + params.get('name') + '</b>');

window.addEventListener('message', (event) => {
  // ruleid: web-page-input-not-html
  document.body.innerHTML = event.data;
});

// ok: web-page-input-not-html
document.getElementById('out')!.textContent = asked;
// ok: web-page-input-not-html
document.body.innerHTML = DOMPurify.sanitize(asked);
// ok: web-page-input-not-html
document.body.innerHTML = '<p>fixed</p>';
