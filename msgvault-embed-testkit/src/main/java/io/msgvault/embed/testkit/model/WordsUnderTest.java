package io.msgvault.embed.testkit.model;

import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** An index of words during a test, with the instances that are open on it. */
public final class WordsUnderTest implements AutoCloseable {
  public static final WordAnalyzer ANALYZER = WordAnalyzer.english();

  /** More than any test has messages. */
  public static final int ALL = 1_000;

  private final WordIndexFixture fixture;
  private final List<WordIndex> opened = new CopyOnWriteArrayList<>();
  private WordIndex index;

  public WordsUnderTest(WordIndexFixture fixture) {
    this.fixture = fixture;
    index = open();
  }

  public WordIndexFixture fixture() {
    return fixture;
  }

  /** The first instance. */
  public WordIndex index() {
    return index;
  }

  /** One more instance. */
  public WordIndex open() {
    WordIndex another = fixture.open(ANALYZER);
    opened.add(another);
    return another;
  }

  /** Closes the first instance and puts a new one in its place. */
  public WordIndex reopen() {
    index.close();
    index = open();
    return index;
  }

  /** A message of the revision 1 that has only a body. */
  public static MessageWords message(long id, String body) {
    return message(id, 1, body);
  }

  /** A message that has only a body. */
  public static MessageWords message(long id, long revision, String body) {
    return new MessageWords(id, revision, Map.of(WordField.BODY, body));
  }

  public static WordQuery query(String text) {
    return WordQuery.parse(text, ANALYZER);
  }

  /** The hits of a question in the first instance. */
  public List<WordHit> search(String text) {
    return index.search(query(text), ALL);
  }

  /** The ids that a question finds in the first instance, best first. */
  public List<Long> find(String text) {
    return ids(search(text));
  }

  /** The ids of hits, in their order. */
  public static List<Long> ids(List<WordHit> hits) {
    return hits.stream().map(WordHit::messageId).toList();
  }

  @Override
  public void close() {
    opened.forEach(WordIndex::close);
    fixture.close();
  }
}
