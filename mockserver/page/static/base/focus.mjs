// The focus of the keyboard: when what has it leaves the page, what stands nearest gets it.

const FOCUSABLE =
  "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]";

/** Never let the focus be nowhere because of a change of the page; `main` gets it where nothing else can. */
export function keepFocus(main) {
  let last = null;
  let outsideDialogs = null;

  document.addEventListener("focusin", ({ target }) => {
    last = target;
    if (!target.closest("dialog")) outsideDialogs = target;
  });
  document.addEventListener("focusout", ({ target }) => {
    // Who clicks beside everything has left it: what is taken away has not been left.
    queueMicrotask(() => {
      if (target === last && isNowhere() && isReachable(target)) last = null;
    });
  });
  new MutationObserver((records) => {
    if (last === null || isReachable(last) || !(isNowhere() || document.activeElement === last)) return;
    const lost = last;
    const record = records.findLast((each) => listTaken(each).some((node) => node.contains(lost)));
    if (record) moveTo(findNearest(record, lost));
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden", "disabled"] });

  function findNearest(record, lost) {
    if (record.target === main) return main;
    if (lost.closest("dialog")) return isReachable(outsideDialogs) ? outsideDialogs : main;
    const [parent, place] = findPlace(record, lost);
    const same = findSame(parent, lost, nameOf);
    if (same) return same;
    let from = place;
    for (let up = parent; up && up !== document.body && up !== main; up = up.parentElement) {
      const children = [...up.children];
      const found = findBeside([...children.slice(from), ...children.slice(0, from).reverse()], lost);
      if (found) return found;
      from = up.parentElement ? [...up.parentElement.children].indexOf(up) + 1 : 0;
    }
    return main;
  }

  function moveTo(element) {
    element.focus({ preventScroll: true });
    if (isNowhere()) main.focus({ preventScroll: true });
  }
}

function isNowhere() {
  return document.activeElement === null || document.activeElement === document.body;
}

function isReachable(element) {
  return element?.isConnected && element.checkVisibility() && !element.disabled;
}

/** Return the nodes that a change took away, or hid. */
function listTaken({ type, target, removedNodes }) {
  return type === "attributes" ? [target] : [...removedNodes];
}

/** Return in which element, before which of its children, something was. */
function findPlace({ type, target, removedNodes, nextSibling }, lost) {
  if (type === "attributes") return [target.parentElement, [...target.parentElement.children].indexOf(target)];
  const next = [...target.children].indexOf(nextSibling);
  if (next >= 0) return [target, next];
  const elements = [...removedNodes].filter(({ nodeType }) => nodeType === Node.ELEMENT_NODE);
  return [target, elements.findIndex((each) => each.contains(lost))];
}

/** Find what was made anew in the place of an element, by what it says. */
function findSame(root, lost, read) {
  return [...root.querySelectorAll(lost.tagName)].find((each) => isFree(each) && read(each) === read(lost));
}

/** Find, in what stands next, what does the same to it, or whatever can have the focus. */
function findBeside(beside, lost) {
  for (const each of beside) {
    const found = findSame(each, lost, ({ textContent }) => textContent) ?? findFirst(each);
    if (found) return found;
  }
  return undefined;
}

function findFirst(root) {
  return [root, ...root.querySelectorAll(FOCUSABLE)].find((each) => each.matches(FOCUSABLE) && isFree(each));
}

function isFree(element) {
  return isReachable(element) && element.matches(FOCUSABLE);
}

function nameOf(element) {
  return element.getAttribute("aria-label") ?? (element.id || element.textContent);
}
