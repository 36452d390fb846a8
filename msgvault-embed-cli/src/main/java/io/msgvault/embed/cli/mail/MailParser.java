package io.msgvault.embed.cli.mail;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * Reads a mail from a stream and keeps what a reader sees of it: plain text and HTML, but no
 * attachments. The text of forwarded messages, attached or not, follows the mail's own.
 *
 * <p>Anyone can send mail, so everything has a limit. Limits apply to the bytes that are read, and
 * to the lines and fields of a header. They also apply to the number of parts and their depth, and
 * to the text that is kept. Content beyond a limit, or too broken to read, is left out; the rest is
 * kept, and the result names the problem.
 */
public final class MailParser {
  /** The maximum of bytes that are read of one mail. */
  static final long MAX_BYTES = 256L << 20;

  private static final int MAX_DEPTH = 40;
  private static final int MAX_PARTS = 10_000;
  private static final int MAX_ATTACHMENTS = 1000;
  private static final int MAX_FIELD_BYTES = 1 << 20;
  private static final int MAX_FIELDS = 5000;

  /** How many characters of a header are kept, and of one of a message within the mail. */
  private static final int MAX_HEADER = 4 << 20;

  private static final int MAX_INNER_HEADER = 16 << 10;

  private static final int PEEK_BYTES = 8192;

  private static final Set<String> SIGNED_TYPES =
      Set.of("application/pkcs7-mime", "application/x-pkcs7-mime");

  private static final MimeConfig LENIENT =
      MimeConfig.custom()
          .setMaxLineLen(MAX_FIELD_BYTES)
          .setMaxHeaderLen(MAX_FIELD_BYTES)
          .setMaxHeaderCount(MAX_FIELDS)
          .setMaxContentLen(-1)
          // This class limits the parts and their depth, and keeps what came before.
          .setMaxTotalHeaderCount(-1)
          .setMaxTotalHeaderLen(-1)
          .setMaxPartCount(-1)
          .setMaxNestingDepth(-1)
          .setMalformedHeaderStartsBody(true)
          .build();

  private final Deque<Part> open = new ArrayDeque<>();
  private final List<String> attachments = new ArrayList<>();
  private final MailHeader header = new MailHeader(MAX_HEADER);
  private BodyContent content = BodyContent.EMPTY;
  private Optional<MailCharset> charset = Optional.empty();
  private Optional<String> problem = Optional.empty();
  private int parts;
  private int remainingText = Mail.MAX_TEXT;
  private int remainingHtml = Mail.MAX_TEXT;

  private MailParser() {}

  /**
   * Reads a mail, as far as it is needed.
   *
   * @throws UncheckedIOException if the stream can't be read
   */
  public static ParsedMail parse(InputStream in) {
    return new MailParser().read(new MailStream(in, MAX_BYTES));
  }

  private ParsedMail read(MailStream source) {
    walk(source, new Message(header));
    source.problem().ifPresent(this::problem);
    if (!header.hasFields()) {
      return new ParsedMail.NotMail("it has no header");
    }
    Mail mail = header.toMail(charset, content, attachments);
    if (header.isCut()) {
      problem("it has too many recipients");
    }
    return problem
        .<ParsedMail>map(why -> new ParsedMail.Partial(mail, why))
        .orElseGet(() -> new ParsedMail.Complete(mail));
  }

  /** Reads a message. */
  private void walk(InputStream source, Message message) {
    walk(source, Part.of(message));
  }

  /** Reads a part and the parts in it, as far as they are not broken. */
  private void walk(InputStream source, Part root) {
    int depth = open.size();
    try {
      handleEvents(source, root);
    } catch (IOException | MimeException e) {
      problem("it is malformed (" + e.getClass().getSimpleName() + ")");
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      // No defect of the parser that a broken mail triggers may end an import.
      problem("it is malformed (" + e.getClass().getSimpleName() + ")");
    }
    while (open.size() > depth) {
      close();
    }
  }

  private void handleEvents(InputStream source, Part root) throws IOException, MimeException {
    int depth = open.size();
    MimeTokenStream tokens =
        new MimeTokenStream(
            LENIENT, DecodeMonitor.SILENT, new PartDescriptor.Builder(root.descriptor()));
    tokens.parse(source);
    for (EntityState state = tokens.getState();
        state != EntityState.T_END_OF_STREAM;
        state = tokens.next()) {
      switch (state) {
        case T_START_MESSAGE -> open.push(open.size() == depth ? root : Part.of(innerMessage()));
        case T_START_BODYPART -> open.push(current().child());
        case T_FIELD -> current().addField(tokens.getField());
        case T_END_HEADER ->
            tokens.setRecursionMode(
                open.size() >= MAX_DEPTH ? RecursionMode.M_FLAT : RecursionMode.M_RECURSE);
        case T_BODY -> body(tokens.getInputStream());
        case T_PREAMBLE -> preamble(tokens.getInputStream());
        case T_END_MESSAGE, T_END_BODYPART -> close();
        default -> {
          // These events carry no content.
        }
      }
    }
  }

  private Part current() {
    return open.getFirst();
  }

  private Optional<String> name() {
    return current().descriptor().name(current().message().charset());
  }

  private void body(InputStream in) throws IOException {
    PartDescriptor descriptor = current().descriptor();
    if (descriptor.isMultipart() || descriptor.isMessage() || isFile(".eml")) {
      encodedParts(in);
    } else if (SIGNED_TYPES.contains(descriptor.type()) || isFile(".p7m")) {
      Optional<SignedContent> signed = SignedContent.open(descriptor.decode(in));
      if (signed.isPresent() && open.size() < MAX_DEPTH) {
        walk(signed.get(), current().child());
        if (signed.get().isCutShort()) {
          problem("its signed content is cut off");
        }
      } else {
        attach(name().orElse(descriptor.type()));
      }
    } else {
      leaf(descriptor.decode(in));
    }
  }

  /** Returns whether it is a file whose type only its name tells. */
  private boolean isFile(String extension) {
    return current().descriptor().type().equals("application/octet-stream")
        && name().orElse("").toLowerCase(Locale.ROOT).endsWith(extension);
  }

  /**
   * Reads parts that are encoded as a whole, although only a message may be. Some programs only say
   * that they are.
   */
  private void encodedParts(InputStream in) throws IOException {
    PartDescriptor descriptor = current().descriptor();
    if (open.size() >= MAX_DEPTH) {
      problem("its parts are nested too deeply");
      return;
    }
    BufferedInputStream source = new BufferedInputStream(in);
    source.mark(PEEK_BYTES);
    String start = new String(source.readNBytes(PEEK_BYTES), StandardCharsets.ISO_8859_1);
    source.reset();
    InputStream decoded = descriptor.isPlain(start) ? source : descriptor.decode(source);
    if (!descriptor.isMultipart()) {
      walk(decoded, innerMessage());
    } else {
      String header = "Content-Type: " + descriptor.rawTypeField() + "\n\n";
      InputStream field = new ByteArrayInputStream(header.getBytes(StandardCharsets.ISO_8859_1));
      walk(new SequenceInputStream(field, decoded), current().child());
    }
  }

  /** Begins the message in a part, and names it if it is a file. */
  private Message innerMessage() {
    Optional<String> name = name();
    if (current().descriptor().isAttached() || name.isPresent()) {
      attach(name.orElse(current().descriptor().type()));
    }
    return new Message(new MailHeader(MAX_INNER_HEADER));
  }

  private void leaf(InputStream in) throws IOException {
    Part part = current();
    String type = part.descriptor().type();
    Optional<TextForm> form = TextForm.of(type);
    Optional<String> name = name();
    boolean lastResort = TextForm.isLastResort(type);
    boolean shown =
        form.isPresent()
            && !lastResort
            && (form.get() == TextForm.REPORT || part.isShown(name.isPresent()));
    if (shown) {
      TextPart text = text(form.get(), in);
      part.addContent(text);
      part.message().addShown(text, name.isPresent());
    } else if (lastResort) {
      part.message().addLastResort(text(form.orElseThrow(), in));
    }
    if (!shown && (part.descriptor().isAttached() || name.isPresent())) {
      attach(name.orElse(type));
    }
  }

  private TextPart text(TextForm form, InputStream in) throws IOException {
    int limit = form == TextForm.HTML ? remainingHtml : remainingText;
    byte[] bytes = in.readNBytes(limit);
    if (bytes.length == limit && in.read() >= 0) {
      problem("its text is too long");
    }
    if (form == TextForm.HTML) {
      remainingHtml -= bytes.length;
    } else {
      remainingText -= bytes.length;
    }
    return new TextPart(form, current().descriptor(), bytes);
  }

  /**
   * Keeps the text before the first part, which is meant for programs that know no parts. It is
   * used only if no part is found, for example because the boundary is wrong.
   */
  private void preamble(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(remainingText);
    current().setPreamble(new TextPart(TextForm.PLAIN, PartDescriptor.ofMessage(), bytes));
  }

  private void attach(String name) {
    if (attachments.size() < MAX_ATTACHMENTS) {
      attachments.add(name);
    } else {
      problem("it has too many attachments");
    }
  }

  private void problem(String text) {
    problem = problem.or(() -> Optional.of(text));
  }

  /** Adds the content of the innermost open part to the part or message around it. */
  private void close() {
    Part part = open.pop();
    Optional<Part.Content> shown = part.content();
    Message message = part.message();
    if (open.isEmpty()) {
      charset = message.charset();
      content = message.content(shown);
    } else if ((part.isMessage() || shown.isPresent()) && ++parts > MAX_PARTS) {
      problem("it has too many parts");
    } else if (part.isMessage()) {
      BodyContent subject = message.subject(remainingText);
      remainingText -= subject.text().length();
      current()
          .message()
          .addForwarded(BodyContent.sequence(List.of(subject, message.content(shown))));
    } else {
      shown.ifPresent(current()::addContent);
    }
  }
}
