import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts the words of each sentence in the Markdown documents and in the Javadoc of the main
 * sources. Code blocks, tables, headings and link targets do not count. A piece of inline code
 * counts as one word. The end of a paragraph or of a list item ends a sentence.
 *
 * <p>All replacements keep the line breaks of a file, so that a sentence knows its line.
 */
class Sentences {
  private static final int MAX_MEDIAN = 14;
  private static final int MAX_P90 = 24;

  /** Encloses inline code: its full stops end no sentence, and it may begin one. */
  private static final char CODE = '\u0001';

  /** Separates blocks of text: paragraphs, list items, tags. It is a token of its own. */
  private static final String BREAK = " \u0002 ";

  private static final Set<String> ABBREVIATIONS =
      Set.of("e.g.", "i.e.", "etc.", "cf.", "vs.", "approx.", "no.", "al.");

  private record Sentence(Path file, int line, int words, String text) {}

  public static void main(String[] args) throws IOException {
    Map<String, List<Sentence>> documents = documents();
    Map<String, List<Sentence>> javadoc = javadoc();
    String command = args.length == 0 ? "print" : args[0];
    if (args.length == 0 || command.equals("check") && args.length == 1) {
      boolean good = print("documents", documents) & print("Javadoc", javadoc);
      if (command.equals("check") && !good) {
        System.err.printf(
            "dev/sentences: the median must be at most %d words, the 90th percentile at most %d%n",
            MAX_MEDIAN, MAX_P90);
        System.exit(1);
      }
    } else if (command.equals("worst") && args.length == 2 && args[1].matches("\\d{1,9}")) {
      Stream.of(documents, javadoc)
          .flatMap(group -> group.values().stream())
          .flatMap(List::stream)
          .sorted(Comparator.comparingInt(Sentence::words).reversed())
          .limit(Integer.parseInt(args[1]))
          .forEach(s -> System.out.printf("%s:%d: %d: %s%n", s.file, s.line, s.words, s.text));
    } else {
      System.err.println("usage: dev/sentences [check | worst N]");
      System.exit(2);
    }
  }

  /**
   * Prints one line for each part and one for all; returns whether all of them are short enough.
   */
  private static boolean print(String title, Map<String, List<Sentence>> parts) {
    System.out.printf("%9s %6s %4s  %s%n", "sentences", "median", "p90", title);
    parts.forEach(Sentences::printLine);
    List<Sentence> all = parts.values().stream().flatMap(List::stream).toList();
    printLine("all " + title, all);
    System.out.println();
    return percentile(all, 50) <= MAX_MEDIAN && percentile(all, 90) <= MAX_P90;
  }

  private static void printLine(String name, List<Sentence> sentences) {
    System.out.printf(
        "%9d %6d %4d  %s%n",
        sentences.size(), percentile(sentences, 50), percentile(sentences, 90), name);
  }

  /** Returns the smallest length that this share of the sentences does not exceed. */
  private static int percentile(List<Sentence> sentences, int percent) {
    int[] lengths = sentences.stream().mapToInt(Sentence::words).sorted().toArray();
    int rank = (int) Math.ceil(lengths.length * percent / 100.0);
    return lengths.length == 0 ? 0 : lengths[Math.max(rank, 1) - 1];
  }

  // --- Markdown

  private static Map<String, List<Sentence>> documents() throws IOException {
    Map<String, List<Sentence>> documents = new TreeMap<>();
    for (String folder : List.of("", "docs")) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".md")).toList()) {
          List<Sentence> sentences = new ArrayList<>();
          collect(file, 1, fromMarkdown(Files.readString(file)), sentences);
          documents.put(file.toString(), sentences);
        }
      }
    }
    return documents;
  }

  private static String fromMarkdown(String page) {
    String text = replace(page, "<!--.*?-->", match -> "");
    text =
        replace(
            withoutBlocks(text), "(`+)((?:(?!\\n\\s*\\n).)+?)\\1", match -> code(match.group(2)));
    text = replace(text, "!?\\[([^\\]]*)\\]\\([^)]*\\)", match -> match.group(1));
    text = replace(text, "</?[a-zA-Z][^>]*>", match -> "");
    return text.replaceAll("(?<!\\w)[*_]{1,3}(?=\\S)|(?<=\\S)[*_]{1,3}(?!\\w)", "");
  }

  /** Empties the lines of code, tables and headings, and marks where paragraphs and items begin. */
  private static String withoutBlocks(String text) {
    StringBuilder kept = new StringBuilder();
    String fence = "";
    boolean inList = false;
    boolean afterBlank = true;
    boolean indented = false;
    for (String line : text.split("\n", -1)) {
      String content = line.strip();
      boolean item = content.matches("([-*+]|\\d+[.)]) .*");
      inList = item || inList && (content.isEmpty() || line.startsWith(" ") || !afterBlank);
      indented = line.startsWith("    ") && !inList && (indented || afterBlank);
      if (!fence.isEmpty()) {
        fence = content.startsWith(fence) ? "" : fence;
        kept.append(BREAK);
      } else if (content.startsWith("```") || content.startsWith("~~~")) {
        fence = content.substring(0, 3);
        kept.append(BREAK);
      } else if (content.isEmpty() || indented || content.matches("(\\||#{1,6} |---).*")) {
        kept.append(BREAK);
      } else {
        kept.append(item ? BREAK : "").append(content.replaceFirst("^([-*+>]|\\d+[.)]) ", ""));
      }
      kept.append('\n');
      afterBlank = content.isEmpty();
    }
    return kept.toString();
  }

  // --- Javadoc

  private static final Pattern LITERAL_OR_COMMENT =
      Pattern.compile(
          "\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\n])*+'"
              + "|//[^\n]*|/\\*.*?\\*/",
          Pattern.DOTALL);

  private static Map<String, List<Sentence>> javadoc() throws IOException {
    Map<String, List<Sentence>> modules = new TreeMap<>();
    List<Path> poms;
    try (Stream<Path> files = Files.walk(Path.of(""), 3)) {
      poms = files.filter(file -> file.endsWith("pom.xml")).toList();
    }
    for (Path pom : poms) {
      Path module = pom.resolveSibling("");
      Path sources = module.resolve("src/main/java");
      if (Files.isDirectory(sources)) {
        List<Sentence> sentences = new ArrayList<>();
        try (Stream<Path> files = Files.walk(sources)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
            String source = Files.readString(file);
            for (MatchResult comment : matches(LITERAL_OR_COMMENT, source)) {
              if (comment.group().startsWith("/**") && comment.group().length() > 4) {
                int line = 1 + breaks(source.substring(0, comment.start()));
                collect(file, line, fromJavadoc(comment.group()), sentences);
              }
            }
          }
        }
        modules.put(module.toString(), sentences);
      }
    }
    return modules;
  }

  private static String fromJavadoc(String comment) {
    String text = comment.substring(3, comment.length() - 2).replaceAll("(?m)^[ \\t]*\\*+ ?", "");
    text = replace(text, "(?i)<(pre|table|h[1-6])\\b.*?</\\1>", match -> BREAK);
    text = withoutInlineTags(text);
    text = replace(text, "(?i)<code>(.*?)</code>", match -> code(match.group(1)));
    text = replace(text, "(?i)</?(p|[oud]l|li|d[td]|blockquote|br)\\b[^>]*>", match -> BREAK);
    text = replace(text, "</?[a-zA-Z][^>]*>|&#?\\w+;", match -> "");
    text = replace(text, "(?m)^@(param|throws|exception)\\s+\\S+", match -> BREAK);
    text = replace(text, "(?m)^@return\\b", match -> BREAK);
    return replace(text, "(?m)^@\\w+[^@]*", match -> BREAK);
  }

  /** Replaces each {@code {@tag …}}, also where braces stand within. */
  private static String withoutInlineTags(String text) {
    StringBuilder result = new StringBuilder();
    int from = 0;
    for (int start = text.indexOf("{@"); start >= 0; start = text.indexOf("{@", from)) {
      int end = start;
      for (int depth = 0; end < text.length(); end++) {
        depth += text.charAt(end) == '{' ? 1 : text.charAt(end) == '}' ? -1 : 0;
        if (depth == 0) {
          break;
        }
      }
      String tag = text.substring(start + 2, Math.min(end, text.length()));
      String[] parts = tag.split("\\s+", 2);
      String content = parts.length > 1 ? parts[1] : "";
      String words =
          switch (parts[0]) {
            case "snippet" -> BREAK;
            case "inheritDoc" -> "";
            case "return" -> "Returns " + withoutInlineTags(content);
            case "summary", "literal" -> withoutInlineTags(content);
            case "link", "linkplain" -> linkText(content);
            default -> code(content);
          };
      result.append(text, from, start).append(words);
      result.append("\n".repeat(Math.max(0, breaks(tag) - breaks(words))));
      from = Math.min(end + 1, text.length());
    }
    return result.append(text.substring(from)).toString();
  }

  /**
   * Returns the label of a link, or else its target as code. Parameters may stand in the target.
   */
  private static String linkText(String content) {
    Matcher parts =
        Pattern.compile("([^\\s(]+(?:\\([^)]*\\))?)\\s*(.*)", Pattern.DOTALL).matcher(content);
    return parts.matches() && !parts.group(2).isBlank()
        ? withoutInlineTags(parts.group(2))
        : code(content);
  }

  // --- Text

  private static String code(String content) {
    return CODE + content.strip().replaceAll("\\s+", "\u00a0") + CODE;
  }

  /** Replaces all matches, which may span lines, and keeps the number of lines. */
  private static String replace(
      String text, String regex, java.util.function.Function<MatchResult, String> replacement) {
    return Pattern.compile(regex, Pattern.DOTALL)
        .matcher(text)
        .replaceAll(
            match -> {
              String words = replacement.apply(match);
              int lost = Math.max(0, breaks(match.group()) - breaks(words));
              return Matcher.quoteReplacement(words + "\n".repeat(lost));
            });
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }

  private static int breaks(String text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }

  /** Adds the sentences of a text whose first line has this number. */
  private static void collect(Path file, int firstLine, String text, List<Sentence> sentences) {
    List<String> tokens = new ArrayList<>();
    int line = firstLine;
    int start = line;
    for (String row : text.split("\n", -1)) {
      for (String token : row.strip().split("[ \t]+")) {
        boolean separator = token.equals(BREAK.strip());
        if (separator || !tokens.isEmpty() && ends(tokens.get(tokens.size() - 1), token)) {
          add(file, start, tokens, sentences);
        }
        if (!separator && !token.isEmpty()) {
          start = tokens.isEmpty() ? line : start;
          tokens.add(token);
        }
      }
      line++;
    }
    add(file, start, tokens, sentences);
  }

  /** Returns whether a sentence ends with a token, if this one follows. */
  private static boolean ends(String token, String next) {
    return token.matches("(?s).*[.!?][)\\]\"'”’]*")
        && !next.isEmpty()
        && !Character.isLowerCase(next.charAt(0))
        && !ABBREVIATIONS.contains(token.replaceFirst("^[(\\[]", ""));
  }

  private static void add(Path file, int line, List<String> tokens, List<Sentence> sentences) {
    int words =
        (int) tokens.stream().filter(t -> t.chars().anyMatch(Character::isLetterOrDigit)).count();
    if (words > 0) {
      String text = tokens.stream().collect(Collectors.joining(" "));
      sentences.add(
          new Sentence(file, line, words, text.replace('\u00a0', ' ').replace("" + CODE, "")));
    }
    tokens.clear();
  }
}
