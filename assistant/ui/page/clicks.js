// Runs once for each part of the page; the part's content may change, so the part itself listens.
const acts = ['ask', 'cite', 'close', 'language', 'take', 'choose', 'open', 'run', 'halt', 'read'];
// The head of the page hears which page is opened; the address may name one from the start.
if (element.querySelector('.masthead')) {
  window.opened = (page) => trigger('open', { page });
  window.turn?.();
}
const tell = (act, data) => acts.includes(act) && trigger(act, data);
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-act]');
  if (!button || button.disabled) return;
  const { act, ...data } = button.dataset;
  if (act === 'theme') {
    const dark = document.body.classList.toggle('dark');
    localStorage.setItem('theme', dark ? 'dark' : 'light');
  }
  data.turn ??= button.closest('[data-turn]')?.dataset.turn;
  if (act === 'cite' && button.closest('.turn')) window.cited = button;
  tell(act, data);
});
element.addEventListener('change', (event) => {
  const name = event.target.dataset.choose;
  if (name) tell('choose', { name, value: event.target.value });
});
