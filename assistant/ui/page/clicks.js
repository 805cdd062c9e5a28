// Runs once for each part of the page; the part's content may change, so the part itself listens.
const acts = ['ask', 'cite', 'close', 'language', 'take', 'choose', 'open', 'run', 'halt', 'read', 'observe', 'added', 'refresh', 'drop', 'look', 'assess', 'remove', 'survey', 'reopen', 'forget', 'related'];
// The head of the page hears which page is opened; the address may name one from the start.
if (element.querySelector('.masthead')) {
  window.opened = (page) => trigger('open', { page });
  window.turn?.();
}
const tell = (act, data) => acts.includes(act) && trigger(act, data);
// What goes on is looked at again and again. At rest only what is in view, and rarely: a reply may have been lost.
const pace = () => Number(element.querySelector('[data-look]')?.dataset.look ?? 1000);
let planned;
let timer;
const plan = () => {
  planned = pace();
  clearTimeout(timer);
  timer = setTimeout(look, planned);
};
const look = () => {
  const shown = element.querySelector('[data-look]');
  const wanted = shown && (pace() < 4000 || (!document.hidden && shown.offsetParent !== null));
  if (wanted) tell('look', { mark: shown.dataset.mark });
  plan();
};
plan();
// What begins to move is not left waiting for the look that was planned while it rested.
new MutationObserver(() => { if (pace() < planned) plan(); }).observe(element, { childList: true, subtree: true });
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-act]');
  if (!button || button.disabled) return;
  const { act, ...data } = button.dataset;
  if (act === 'theme') {
    const dark = document.body.classList.toggle('dark');
    localStorage.setItem('theme', dark ? 'dark' : 'light');
  }
  if (act === 'dismiss') button.closest('.run').remove();
  data.turn ??= button.closest('[data-turn]')?.dataset.turn;
  if (act === 'cite' && button.closest('.turn')) window.cited = button;
  const form = button.closest('form');
  if (form && !form.reportValidity()) return;
  tell(act, form ? { ...data, ...Object.fromEntries(new FormData(form)) } : data);
});
element.addEventListener('submit', (event) => event.preventDefault());
element.addEventListener('input', (event) => {
  if (!('filter' in event.target.dataset)) return;
  const wanted = event.target.value.trim().toLowerCase();
  element.querySelectorAll('.documents li').forEach((row) => {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
});
// Files go one after the other, each whole as the body of a request; the server says what became of each.
const take = async (files, zone) => {
  if (!files.length) return;
  for (const [n, file] of [...files].entries()) {
    window.say(`${zone.dataset.taking} ${n + 1}/${files.length}`);
    await fetch(`corpus/inbox?n=${n}&name=${encodeURIComponent(file.name)}`, {
      method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: file,
    }).catch(() => {});
  }
  tell('added', {});
};
// A picture that doesn't come leaves a sentence. This event goes to the picture alone, so it is caught on its way there.
element.addEventListener('error', (event) => {
  const { missing } = event.target.dataset ?? {};
  if (missing) event.target.closest('.sheet-picture').textContent = missing;
}, true);
const over = (event) => {
  const zone = event.target.closest?.('.drop');
  if (!zone) return;
  event.preventDefault();
  zone.classList.toggle('over', event.type === 'dragover');
  if (event.type === 'drop') take(event.dataTransfer.files, zone);
};
for (const name of ['dragover', 'dragleave', 'drop']) element.addEventListener(name, over);
element.addEventListener('change', (event) => {
  const name = event.target.dataset.choose;
  if (event.target.type === 'file') take(event.target.files, event.target.closest('.drop'));
  if (name) tell('choose', { name, value: event.target.value });
});
