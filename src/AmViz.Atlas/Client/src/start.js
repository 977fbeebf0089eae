// A key in the address (a SAS) has to go with every file, so the page cannot name them itself.
const add = (name, attributes) => document.head.append(Object.assign(document.createElement(name), attributes));
const file = (name) => `assets/${name}?v=VERSION${location.search.replace('?', '&')}`;
add('link', { rel: 'stylesheet', href: file('atlas.css') });
add('script', { src: file('atlas.js') });
