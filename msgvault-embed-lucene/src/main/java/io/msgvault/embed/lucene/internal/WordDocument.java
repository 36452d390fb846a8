package io.msgvault.embed.lucene.internal;

import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.ArrayList;
import java.util.List;
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
 * Makes the document of a message.
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

  /** The id as eight bytes, whose order is that of the ids. */
  static final String KEY = "key";

  /** The id as a number, to sort by. */
  static final String ID = "id";

  static final String REVISION = "revision";

  /** The distance between two fields, so that no phrase goes from one to the next. */
  private static final int GAP = 100;

  private static final FieldType STEMS = type(IndexOptions.DOCS_AND_FREQS);
  private static final FieldType FORMS = type(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);

  private WordDocument() {}

  private static FieldType type(IndexOptions options) {
    FieldType type = new FieldType();
    type.setIndexOptions(options);
    type.setTokenized(true);
    type.freeze();
    return type;
  }

  static Document of(MessageWords message, WordAnalyzer analyzer) {
    List<Token> tokens = tokens(message, analyzer);
    Document document = new Document();
    document.add(new StringField(KEY, bytes(message.messageId()), Field.Store.NO));
    document.add(new NumericDocValuesField(ID, message.messageId()));
    document.add(new NumericDocValuesField(REVISION, message.revision()));
    document.add(new Field(STEM, new Tokens(tokens, token -> token.term.stem()), STEMS));
    document.add(new Field(FORM, new Tokens(tokens, token -> token.term.surface()), FORMS));
    return document;
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
   * A term of the message.
   *
   * @param term the term
   * @param increment the distance from the position before
   */
  private record Token(WordAnalyzer.Term term, int increment) {}

  private static List<Token> tokens(MessageWords message, WordAnalyzer analyzer) {
    List<Token> tokens = new ArrayList<>();
    int base = 0;
    int last = -1;
    for (WordField field : message.texts().keySet()) {
      for (WordAnalyzer.Term term : analyzer.terms(message.texts().getOrDefault(field, ""))) {
        int position = base + term.position();
        tokens.add(new Token(term, position - last));
        last = position;
        for (int i = 1; i < field.weight(); i++) {
          tokens.add(new Token(term, 0));
        }
      }
      base = last + GAP;
    }
    return tokens;
  }

  /** Gives Lucene one form of each token. */
  private static final class Tokens extends TokenStream {
    private final CharTermAttribute text = addAttribute(CharTermAttribute.class);
    private final PositionIncrementAttribute increment =
        addAttribute(PositionIncrementAttribute.class);
    private final List<Token> tokens;
    private final Function<Token, String> form;
    private int next;

    Tokens(List<Token> tokens, Function<Token, String> form) {
      this.tokens = tokens;
      this.form = form;
    }

    @Override
    public void reset() {
      next = 0;
    }

    @Override
    public boolean incrementToken() {
      if (next == tokens.size()) {
        return false;
      }
      clearAttributes();
      Token token = tokens.get(next++);
      text.append(form.apply(token));
      increment.setPositionIncrement(token.increment);
      return true;
    }
  }
}
