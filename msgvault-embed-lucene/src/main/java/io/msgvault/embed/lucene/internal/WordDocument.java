package io.msgvault.embed.lucene.internal;

import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/**
 * Makes the documents of messages, one after another, as Lucene takes them in.
 *
 * <p>All fields of a message share one Lucene field for stems and one for exact forms. A term of a
 * field with weight 2 stands there twice, at one position. So Lucene's own frequencies and lengths
 * are those of the contract's formula.
 */
final class WordDocument {
  /** The stems. */
  static final String STEM = "stem";

  /** The exact forms, with positions for phrases. */
  static final String FORM = "form";

  /** The forms whose stem here is not the one that the form by itself has. */
  static final String STRAY = "stray";

  /** The id as eight bytes, whose order is that of the ids. */
  static final String KEY = "key";

  /** The id as a number, to sort by. */
  static final String ID = "id";

  static final String REVISION = "revision";

  /** The distance between two fields, so that no phrase goes from one to the next. */
  private static final int GAP = 100;

  private static final FieldType STEMS = type(IndexOptions.DOCS_AND_FREQS);
  private static final FieldType FORMS = type(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);

  private final Tokens stems = new Tokens(WordAnalyzer.Term::stem);
  private final Tokens forms = new Tokens(WordAnalyzer.Term::surface);
  private final Field stemField = new Field(STEM, stems, STEMS);
  private final Field formField = new Field(FORM, forms, FORMS);

  /** Returns the document of a message. It is valid until the next call. */
  Document of(Analysed message) {
    stems.tokens = message.tokens;
    forms.tokens = message.tokens;
    Document document = new Document();
    document.add(new StringField(KEY, bytes(message.messageId), Field.Store.NO));
    document.add(new NumericDocValuesField(ID, message.messageId));
    document.add(new NumericDocValuesField(REVISION, message.revision));
    for (String form : message.strays) {
      document.add(new StringField(STRAY, form, Field.Store.NO));
    }
    document.add(stemField);
    document.add(formField);
    return document;
  }

  private static FieldType type(IndexOptions options) {
    FieldType type = new FieldType();
    type.setIndexOptions(options);
    type.setTokenized(true);
    type.freeze();
    return type;
  }

  static Term key(long messageId) {
    return new Term(KEY, bytes(messageId));
  }

  static BytesRef bytes(long messageId) {
    byte[] bytes = new byte[Long.BYTES];
    NumericUtils.longToSortableBytes(messageId, bytes, 0);
    return new BytesRef(bytes);
  }

  static long messageId(BytesRef key) {
    return NumericUtils.sortableBytesToLong(key.bytes, key.offset);
  }

  /**
   * A term of a message.
   *
   * @param increment the distance from the position before
   * @param weight how often it counts
   */
  record Token(WordAnalyzer.Term term, int increment, int weight) {}

  /**
   * A message with its terms.
   *
   * @param tokens the terms, in order
   * @param strays the forms whose stem is not their own
   */
  record Analysed(long messageId, long revision, List<Token> tokens, Set<String> strays) {}

  static Analysed analyse(MessageWords message, WordAnalyzer analyzer) {
    List<Token> tokens = new ArrayList<>();
    Set<String> strays = new HashSet<>();
    int base = 0;
    int last = -1;
    for (Map.Entry<WordField, String> field : message.texts().entrySet()) {
      for (WordAnalyzer.Term term : analyzer.terms(field.getValue())) {
        int position = base + term.position();
        tokens.add(new Token(term, position - last, field.getKey().weight()));
        last = position;
        if (!isWritten(term, field.getValue())
            && !isOwnStem(term.surface(), term.stem(), analyzer)) {
          strays.add(term.surface());
        }
      }
      base = last + GAP;
    }
    return new Analysed(message.messageId(), message.revision(), tokens, strays);
  }

  /** Returns whether a text has a word in the form by which it is indexed, but for capitals. */
  private static boolean isWritten(WordAnalyzer.Term term, String text) {
    String form = term.surface();
    return form.length() == term.end() - term.start()
        && text.regionMatches(true, term.start(), form, 0, form.length());
  }

  /**
   * Returns whether a form has this stem where it is written by itself. A word that lost letters on
   * the way to its form may have another stem: that of {@code Göring} is not that of its form.
   */
  static boolean isOwnStem(String form, String stem, WordAnalyzer analyzer) {
    return analyzer.terms(form).stream()
        .anyMatch(term -> term.surface().equals(form) && term.stem().equals(stem));
  }

  /** Gives Lucene one form of each token, as often as it counts. */
  private static final class Tokens extends TokenStream {
    private final CharTermAttribute text = addAttribute(CharTermAttribute.class);
    private final PositionIncrementAttribute increment =
        addAttribute(PositionIncrementAttribute.class);
    private final Function<WordAnalyzer.Term, String> form;
    private List<Token> tokens = List.of();
    private int next;
    private int repeats;

    Tokens(Function<WordAnalyzer.Term, String> form) {
      this.form = form;
    }

    @Override
    public void reset() {
      next = 0;
      repeats = 0;
    }

    @Override
    public boolean incrementToken() {
      if (repeats > 0) {
        repeats--;
        increment.setPositionIncrement(0);
        return true;
      }
      if (next == tokens.size()) {
        return false;
      }
      Token token = tokens.get(next++);
      text.setEmpty().append(form.apply(token.term));
      increment.setPositionIncrement(token.increment);
      repeats = token.weight - 1;
      return true;
    }
  }
}
