package io.msgvault.embed.search.evaluation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads topics line by line. */
final class TopicReader {
  private static final String TOP = "<top>";
  private static final String END = "</top>";
  private static final String NUMBER = "<num>";
  private static final String NUMBER_LABEL = "number:";
  private static final String TITLE = "<title>";
  private static final String TITLE_LABEL = "topic:";

  private final EvaluationFile file;
  private final List<Topic> topics = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  private TopicReader(EvaluationFile file) {
    this.file = file;
  }

  static List<Topic> read(EvaluationFile file) {
    TopicReader reader = new TopicReader(file);
    Optional<String> first = file.lines().stream().filter(line -> !line.isBlank()).findFirst();
    if (first.isEmpty()) {
      throw file.empty("topics");
    }
    if (tag(first.get()).equals(TOP)) {
      reader.readTagged();
    } else {
      reader.readLines();
    }
    return List.copyOf(reader.topics);
  }

  private void readLines() {
    for (int i = 0; i < file.lines().size(); i++) {
      String line = file.lines().get(i);
      if (!line.isBlank()) {
        int tab = line.indexOf('\t');
        if (tab < 0) {
          throw file.fault(i, "a topic is an id, a tab and the question, but there is no tab");
        }
        add(i, line.substring(0, tab), line.substring(tab + 1));
      }
    }
  }

  private void readTagged() {
    String id = "";
    StringBuilder title = new StringBuilder();
    boolean inTitle = false;
    boolean inTopic = false;
    for (int i = 0; i < file.lines().size(); i++) {
      String line = file.lines().get(i).strip();
      String tag = tag(line);
      if (!tag.isEmpty()) {
        inTitle = tag.equals(TITLE);
      }
      if (inTopic && tag.equals(TOP)) {
        throw file.fault(i, "the topic before has no " + END);
      }
      if (!inTopic && !tag.equals(TOP) && !line.isEmpty()) {
        throw file.fault(i, "there is no " + TOP);
      }
      switch (tag) {
        case TOP -> {
          inTopic = true;
          id = "";
          title.setLength(0);
        }
        case NUMBER -> id = value(line, NUMBER, NUMBER_LABEL);
        case TITLE -> title.append(value(line, TITLE, TITLE_LABEL));
        case END -> {
          add(i, id, title.toString());
          inTopic = false;
        }
        default -> {
          if (inTitle) {
            title.append(' ').append(line);
          }
        }
      }
    }
    if (inTopic) {
      throw file.fault(file.lines().size() - 1, "the last topic has no " + END);
    }
  }

  private void add(int line, String id, String text) {
    if (id.isBlank()) {
      throw file.fault(line, "the topic has no id");
    }
    if (text.isBlank()) {
      throw file.fault(line, "topic " + id.strip() + " has no question");
    }
    if (!ids.add(id.strip())) {
      throw file.fault(line, "topic " + id.strip() + " comes twice");
    }
    topics.add(new Topic(id.strip(), text.strip()));
  }

  /** Returns the tag that a line begins with, in lower case; an empty text if there is none. */
  private static String tag(String line) {
    String text = line.strip();
    int end = text.indexOf('>');
    return text.startsWith("<") && end > 0
        ? text.substring(0, end + 1).toLowerCase(Locale.ROOT)
        : "";
  }

  /** Returns what follows a tag, without a label that some collections repeat, or a closing tag. */
  private static String value(String line, String tag, String label) {
    String value = line.substring(tag.length()).strip();
    int closing = value.indexOf("</");
    if (closing >= 0) {
      value = value.substring(0, closing).strip();
    }
    return value.toLowerCase(Locale.ROOT).startsWith(label)
        ? value.substring(label.length()).strip()
        : value;
  }
}
