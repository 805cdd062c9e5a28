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
  // Enter that ends the composing of Chinese characters is no Enter that sends.
  document.addEventListener('keypress', (event) => {
    if (event.key === 'Enter' && event.isComposing) event.stopPropagation();
  }, true);
}
