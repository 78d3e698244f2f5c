/** The buttons of the article: each names a figure and what it shall show there. */
const figure = (id) => document.getElementById(id);

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button[data-figure]') : null;
  if (button === null) return;
  const { figure: id, seek, load, select, play } = button.dataset;
  const shown = figure(id);
  if (load !== undefined) shown.load(load);
  if (seek !== undefined) shown.seek(Number(seek));
  if (select !== undefined) shown.select(...select.split('.').map(Number));
  if (play !== undefined) shown.state?.playing ? shown.pause() : shown.play();
});

// What the figure says about itself goes into its caption.
document.addEventListener('moe-state', ({ target, detail }) => {
  const words = document.querySelector(`[data-says="${target.id}"]`);
  if (words !== null) words.textContent = `Token ${detail.token + 1} of ${detail.tokens}, layer ${detail.layer}.`;
  for (const button of document.querySelectorAll(`button[data-figure="${target.id}"]`)) {
    const { seek, select, load, play } = button.dataset;
    if (play !== undefined) button.textContent = detail.playing ? 'Pause' : 'Play';
    else if (load === undefined) button.toggleAttribute('data-on', Number(seek ?? select) === (seek === undefined ? detail.layer : detail.token));
  }
});
