//! The page in a browser: nothing is asked of the network, nothing is complained of, nothing overlaps or is cut off, on a telephone, a table and a wall, in
//! light, dark and print; and its colours can be read. Speaks the DevTools protocol to Chromium.

use serde_json::{Value, json};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

/// A browser without a window, and one page of it.
pub struct Browser {
    child: Child,
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    session: String,
    next: u64,
    /// What happened, in order.
    events: Vec<Value>,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Patience with a browser that starts on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Browser {
    /// Starts one; `None`, with the reason printed, where there is none.
    pub fn start() -> Option<Browser> {
        let profile = tempfile::tempdir().unwrap();
        let start = |program: &&str| {
            Command::new(program)
                .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
                .args(["--disable-background-networking", "--remote-debugging-port=0", "about:blank"])
                .arg(format!("--user-data-dir={}", profile.path().display()))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .ok()
        };
        let Some(child) = ["chromium", "chromium-browser", "google-chrome"].iter().find_map(start) else {
            println!("skipped: there is no Chromium on this machine (Debian: apt-get install chromium)");
            return None;
        };
        let since = Instant::now();
        let port = loop {
            match std::fs::read_to_string(profile.path().join("DevToolsActivePort")) {
                Ok(text) if text.lines().count() >= 2 => break text,
                _ => assert!(since.elapsed() < PATIENCE, "the browser does not say where it listens"),
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        let mut lines = port.lines();
        let address = format!("ws://127.0.0.1:{}{}", lines.next().unwrap(), lines.next().unwrap());
        let (socket, _) = tungstenite::connect(address).expect("the browser listens");
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
        }
        let mut browser = Browser { child, socket, session: String::new(), next: 0, events: Vec::new(), _profile: profile };
        let target = browser.ask("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let attached = browser.ask("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        browser.session = attached["sessionId"].as_str().unwrap().to_string();
        for domain in ["Page", "Network", "Runtime", "Log"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Sends a command and waits for its result.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let mut command = json!({ "id": self.next, "method": method, "params": params });
        if !self.session.is_empty() {
            command["sessionId"] = self.session.clone().into();
        }
        self.socket.send(Message::text(command.to_string())).unwrap();
        loop {
            let message = self.read();
            if message["id"] == self.next {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    fn read(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.socket.read().expect("the browser answers") {
                return serde_json::from_str(text.as_str()).unwrap();
            }
        }
    }

    /// Opens a page and checks that it asked for nothing but itself and complained of nothing.
    pub fn open(&mut self, page: &Path) {
        self.events.clear();
        let url = format!("file://{}", page.display());
        self.ask("Page.navigate", json!({ "url": url }));
        while !self.events.iter().any(|e| e["method"] == "Page.loadEventFired") {
            let event = self.read();
            self.events.push(event);
        }
        for event in &self.events {
            match event["method"].as_str().unwrap_or_default() {
                "Network.requestWillBeSent" => assert_eq!(event["params"]["request"]["url"], url, "the page asks for something"),
                "Log.entryAdded" | "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" => panic!("the page complains: {event}"),
                _ => {}
            }
        }
    }

    /// Shows the page at a width, in a medium and a colour scheme.
    pub fn look(&mut self, width: u32, media: &str, scheme: &str) {
        let mobile = width < 500;
        self.ask("Emulation.setDeviceMetricsOverride", json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": mobile }));
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.ask("Emulation.setEmulatedMedia", json!({ "media": media, "features": features }));
    }

    /// The value of an expression in the page; the page's own policy forbids scripts, and this is none of its.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let result = self.ask("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true }));
        assert!(result["exceptionDetails"].is_null(), "{}", result["exceptionDetails"]);
        result["result"]["value"].clone()
    }

    /// Prints it, and gives the length of the PDF.
    pub fn pdf(&mut self) -> usize {
        let printed = self.ask("Page.printToPDF", json!({ "preferCSSPageSize": true, "printBackground": true }));
        printed["data"].as_str().unwrap().len() * 3 / 4
    }
}

/// What is wrong with how the page lies there: texts that overlap, are cut off, or cannot be told from their ground.
pub const PROBLEMS: &str = r##"(() => {
  const problems = [];
  const say = (what, node) => problems.length < 20 && problems.push(what + ': ' + (node.textContent || node.nodeName).trim().replace(/\s+/g, ' ').slice(0, 80));
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth + 1) problems.push('the page is wider than the screen: ' + root.scrollWidth + ' > ' + innerWidth);
  const scrolls = (e) => { for (; e && e !== document.body; e = e.parentElement) { const o = getComputedStyle(e).overflowX; if (o === 'auto' || o === 'scroll') return e; } return null; };
  const hidden = (e) => { for (; e; e = e.parentElement) { const s = getComputedStyle(e); if (s.clipPath !== 'none' || s.clip !== 'auto' || s.visibility === 'hidden' || s.opacity === '0') return true; } return false; };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent || ['TITLE', 'DESC', 'STYLE', 'title', 'desc'].includes(parent.nodeName) || hidden(parent)) continue;
    // What is folded has a place all the same.
    if (!parent.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    // A link for keyboards waits outside until it is reached.
    for (const rect of range.getClientRects()) if (rect.width > 1 && rect.height > 1 && rect.right + scrollX > 0 && rect.bottom + scrollY > 0) texts.push({ node, parent, rect, box: scrolls(parent) });
  }
  for (const t of texts) {
    const box = t.box;
    if (!box && (t.rect.left < -1 || t.rect.right > innerWidth + 1)) say('beyond the screen', t.node);
    if (box && matchMedia('print').matches && t.rect.right > box.getBoundingClientRect().right + 1) say('cut off in print', t.node);
    for (let e = t.parent; e && e !== document.body; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.overflowX !== 'hidden' && style.overflowX !== 'clip') continue;
      const r = e.getBoundingClientRect();
      if (t.rect.right > r.right + 1.5 || t.rect.left < r.left - 1.5 || t.rect.bottom > r.bottom + 3 || t.rect.top < r.top - 3) say('cut off', t.node);
    }
  }
  texts.sort((a, b) => a.rect.top - b.rect.top);
  for (let i = 0; i < texts.length; i++) {
    for (let j = i + 1; j < texts.length && texts[j].rect.top < texts[i].rect.bottom; j++) {
      const a = texts[i].rect, b = texts[j].rect;
      if (texts[i].node === texts[j].node || texts[i].box !== texts[j].box) continue;
      const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (w > 2 && h > Math.min(a.height, b.height) * 0.4) say('overlap with "' + texts[j].node.data.trim().slice(0, 30) + '"', texts[i].node);
    }
  }
  const channel = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const rgb = (text) => { const m = text.match(/rgba?\(([^)]+)\)/); if (!m) return null; const p = m[1].split(/[ ,\/]+/).map(Number); return { r: p[0], g: p[1], b: p[2], a: p.length > 3 ? p[3] : 1 }; };
  const light = (c) => 0.2126 * channel(c.r) + 0.7152 * channel(c.g) + 0.0722 * channel(c.b);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c && c.a > 0.9) return c; } return matchMedia('print').matches || !matchMedia('(prefers-color-scheme: dark)').matches ? { r: 255, g: 255, b: 255 } : { r: 18, g: 18, b: 18 }; };
  for (const t of texts) {
    const style = getComputedStyle(t.parent);
    const ink = rgb(t.parent.namespaceURI.endsWith('svg') ? style.fill : style.color);
    if (!ink) continue;
    const a = light(ink), b = light(ground(t.parent));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && parseInt(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) say('contrast ' + ratio.toFixed(1), t.node);
  }
  return problems;
})()"##;
