{% load ui %}// Without a connection: the offline page instead of the browser's. Nothing of the user's data is kept.
const KEPT = [{% for url in kept %}"{{ url|escapejs }}", {% endfor %}"{% url 'portal:offline' %}"];
const NAME = "shizheng-" + KEPT.join("|");
self.addEventListener("install", (event) => event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) =>
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((n) => n !== NAME).map((n) => caches.delete(n)))).then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  if (event.request.mode === "navigate") event.respondWith(fetch(event.request).catch(() => caches.match("{% url 'portal:offline' %}")));
  else if (KEPT.includes(new URL(event.request.url).pathname)) event.respondWith(caches.match(event.request).then((found) => found ?? fetch(event.request)));
});
