//! A reader of the pages that are made here: tags that close or are void, quoted attributes, four entities.

/// A part of a page.
#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

/// An element with all that is in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

impl Element {
    pub fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == attribute).map(|(_, value)| value.as_str())
    }

    /// All text in it.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.texts(&mut |text, _| out.push_str(text));
        out
    }

    /// Visits it and every element in it.
    pub fn walk(&self, visit: &mut dyn FnMut(&Element)) {
        visit(self);
        for child in &self.children {
            if let Node::Element(element) = child {
                element.walk(visit);
            }
        }
    }

    /// Visits every text in it with the elements around it.
    pub fn texts(&self, visit: &mut dyn FnMut(&str, &[&Element])) {
        fn down<'e>(element: &'e Element, above: &mut Vec<&'e Element>, visit: &mut dyn FnMut(&str, &[&Element])) {
            above.push(element);
            for child in &element.children {
                match child {
                    Node::Text(text) => visit(text, above),
                    Node::Element(element) => down(element, above, visit),
                }
            }
            above.pop();
        }
        down(self, &mut Vec::new(), visit);
    }
}

const VOID: [&str; 6] = ["meta", "br", "wbr", "hr", "input", "link"];

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Reads a page; a tag that does not close, or closes another, is a panic.
pub(super) fn parse(html: &str) -> Element {
    let mut stack = vec![Element::default()];
    let mut left = html;
    while !left.is_empty() {
        let Some(rest) = left.strip_prefix('<') else {
            let end = left.find('<').unwrap_or(left.len());
            stack.last_mut().unwrap().children.push(Node::Text(unescaped(&left[..end])));
            left = &left[end..];
            continue;
        };
        let end = end_of_tag(rest);
        let (tag, behind) = (&rest[..end], &rest[end + 1..]);
        left = behind;
        if let Some(name) = tag.strip_prefix('/') {
            let element = stack.pop().unwrap();
            assert_eq!(element.name, name, "closes another");
            stack.last_mut().unwrap().children.push(Node::Element(element));
        } else if !tag.starts_with('!') {
            let element = element(tag);
            let raw = element.name == "style";
            if VOID.contains(&element.name.as_str()) {
                stack.last_mut().unwrap().children.push(Node::Element(element));
            } else {
                stack.push(element);
            }
            if raw {
                let end = left.find("</style>").unwrap();
                stack.last_mut().unwrap().children.push(Node::Text(left[..end].to_string()));
                left = &left[end..];
            }
        }
    }
    assert_eq!(stack.len(), 1, "left open: {:?}", stack.last().map(|e| &e.name));
    stack.pop().unwrap()
}

/// Where a tag ends: a `>` in a quoted value is none.
fn end_of_tag(rest: &str) -> usize {
    let mut quoted = false;
    rest.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    })
    .expect("a tag ends")
}

fn element(tag: &str) -> Element {
    let (name, mut left) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    while !left.trim().is_empty() {
        left = left.trim_start();
        let end = left.find(['=', ' ']).unwrap_or(left.len());
        let attribute = left[..end].to_string();
        left = &left[end..];
        let value = match left.strip_prefix("=\"") {
            None => String::new(),
            Some(rest) => {
                let end = rest.find('"').unwrap();
                left = &rest[end + 1..];
                unescaped(&rest[..end])
            }
        };
        attributes.push((attribute, value));
    }
    Element { name: name.to_string(), attributes, children: Vec::new() }
}

#[test]
fn pages_are_read_with_all_their_attributes() {
    let root = parse("<!DOCTYPE html><p class=\"a > b\" data-static>1 &lt; 2<br><b>x</b></p>");
    let Node::Element(p) = &root.children[0] else { panic!() };
    assert_eq!((p.name.as_str(), p.get("class"), p.get("data-static"), p.text()), ("p", Some("a > b"), Some(""), "1 < 2x".to_string()));
}
