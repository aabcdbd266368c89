// A card for Airflow's home page, made with the React and Chakra UI that this page already holds.  Its words and figures
// come from the staff's pages; `riskhub today` is the name by which Airflow finds it.
const { createElement: h, useEffect, useState } = globalThis.React;
const { Box, Flex, Heading, Text } = globalThis.ChakraUI;
const { Link } = globalThis.ReactRouterDOM;
const COLOURS = { good: "fg.success", warn: "fg.warning", bad: "fg.error" };

const figure = ({ label, value, kind }) =>
  h(Box, { key: label, borderWidth: 1, borderRadius: 8, px: 4, py: 3, minW: "9rem" },
    h(Text, { fontSize: "2xl", fontWeight: "bold", color: COLOURS[kind] }, value),
    h(Text, { color: "fg.muted", fontSize: "sm" }, label));

globalThis["riskhub today"] = () => {
  const [card, setCard] = useState(null);
  useEffect(() => {
    const language = (localStorage.getItem("i18nextLng") || "en").startsWith("zh") ? "zh" : "en";
    const ask = () =>
      fetch(`riskhub/api/today?lang=${language}`, { credentials: "same-origin" })
        .then((answer) => (answer.ok ? answer.json() : null))
        .then((made) => made && setCard(made), () => {});
    ask();
    const timer = setInterval(ask, 60_000);
    return () => clearInterval(timer);
  }, []);
  if (!card) return null;
  return h(Box, { as: "section", "aria-label": card.title, my: 4 },
    h(Flex, { gap: 4, mb: 3, align: "baseline", wrap: "wrap" },
      h(Heading, { size: "md" }, card.title),
      h(Link, { to: "/plugin/riskhub", style: { textDecoration: "underline" } }, card.open)),
    h(Flex, { gap: 3, wrap: "wrap" }, card.figures.map(figure)));
};
