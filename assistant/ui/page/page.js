() => {
  const theme = localStorage.getItem('theme');
  if (theme && !new URLSearchParams(location.search).has('__theme')) {
    document.body.classList.toggle('dark', theme === 'dark');
  }
  // Escape closes the source panel, and the keyboard goes on where it was.
  document.addEventListener('keydown', (event) => {
    const close = document.querySelector('#source [data-act=close]');
    if (event.key === 'Escape' && close) close.click();
  });
  // The pages are links within this one, so that the browser's own Back and Forward lead through them.
  let shown = 'chat';
  const mark = () => document.querySelectorAll('.pages a').forEach((link) => {
    if (link.hash === `#${shown}`) {
      link.setAttribute('aria-current', 'page');
      link.parentElement.scrollTo({ left: link.offsetLeft - 80 });
    }
    else link.removeAttribute('aria-current');
  });
  window.turn = (page) => {
    const named = page ?? location.hash.slice(1);
    const before = shown;
    shown = document.getElementById(named)?.classList.contains('sheet') ? named : 'chat';
    document.body.dataset.page = shown;
    // Gradio's <base> has no query: an address without one would leave this page, its language and its chat.
    if (page && location.hash.slice(1) !== page) history.pushState(null, '', `${location.pathname}${location.search}#${page}`);
    mark();
    if (shown !== 'chat') window.opened?.(shown);
    if (before !== shown) scrollTo(0, shown === 'chat' ? document.body.scrollHeight : 0);
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest('.pages a, a[data-page]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.turn(link.hash.slice(1));
  });
  addEventListener('hashchange', () => window.turn());
  addEventListener('popstate', () => window.turn());
  new MutationObserver(mark).observe(document.getElementById('masthead'), { childList: true, subtree: true });
  window.turn();
  // A file dropped beside its place must not make the browser leave the page.
  for (const name of ['dragover', 'drop']) addEventListener(name, (event) => event.preventDefault());
  // What the page says in passing, also to those who listen to it.
  const said = document.createElement('p');
  said.id = 'said';
  said.setAttribute('role', 'status');
  document.body.append(said);
  let fading;
  window.say = (text) => {
    said.textContent = text;
    clearTimeout(fading);
    fading = setTimeout(() => { said.textContent = ''; }, 2500);
  };
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Over plain http from another machine there is no clipboard; a selection can still be copied.
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    if (!copied) throw new Error('copying was refused');
  };
  window.deliver = (parcel) => {
    const { name, type, text, done, failed } = JSON.parse(parcel || '{}');
    if (!text) return;
    if (!name) {
      copy(text).then(() => window.say(done), () => window.say(failed));
      return;
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  // What is longer than a question may be is cut by the field; that is said.
  document.addEventListener('input', ({ target }) => {
    const { most } = document.querySelector('.scope')?.dataset ?? {};
    if (most && target.closest('#question') && target.value.length >= target.maxLength) window.say(most);
  });
  // Enter that ends the composing of Chinese characters is no Enter that sends.
  document.addEventListener('keypress', (event) => {
    if (event.key === 'Enter' && event.isComposing) event.stopPropagation();
  }, true);
}
