package io.msgvault.embed.cli.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.message.DefaultBodyDescriptorBuilder;
import org.apache.james.mime4j.message.MaximalBodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * Reads a mail from a stream and keeps what a reader sees of it: plain text and HTML, but no
 * attachments. Forwarded messages that are shown inside the mail belong to its text.
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

  private static final MimeConfig LENIENT =
      MimeConfig.custom()
          .setMaxLineLen(MAX_FIELD_BYTES)
          .setMaxHeaderLen(MAX_FIELD_BYTES)
          .setMaxHeaderCount(MAX_FIELDS)
          .setMaxContentLen(-1)
          .setMalformedHeaderStartsBody(true)
          .build();

  private final MimeTokenStream tokens =
      new MimeTokenStream(LENIENT, DecodeMonitor.SILENT, new DefaultBodyDescriptorBuilder());
  private final Deque<Part> open = new ArrayDeque<>();
  private final List<String> attachments = new ArrayList<>();
  private final MailHeader header = new MailHeader();
  private BodyContent content = BodyContent.EMPTY;
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
    try {
      walk(source);
    } catch (IOException | MimeException e) {
      problem("it is malformed (" + e.getClass().getSimpleName() + ")");
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      // No defect of the parser that a broken mail triggers may end an import.
      problem("it is malformed (" + e.getClass().getSimpleName() + ")");
    }
    while (!open.isEmpty()) {
      close();
    }
    source.problem().ifPresent(this::problem);
    if (!header.hasFields()) {
      return new ParsedMail.NotMail("it has no header");
    }
    Mail mail = header.toMail(content, attachments);
    return problem
        .<ParsedMail>map(why -> new ParsedMail.Partial(mail, why))
        .orElseGet(() -> new ParsedMail.Complete(mail));
  }

  private void walk(MailStream source) throws IOException, MimeException {
    tokens.parse(source);
    for (EntityState state = tokens.getState();
        state != EntityState.T_END_OF_STREAM;
        state = tokens.next()) {
      switch (state) {
        case T_START_MESSAGE -> open.push(new Part(open.isEmpty() ? header : new MailHeader()));
        case T_START_BODYPART -> {
          current().preamble = BodyContent.EMPTY;
          open.push(new Part(new MailHeader()));
        }
        case T_FIELD -> current().add(tokens.getField());
        case T_END_HEADER -> tokens.setRecursionMode(recursion());
        case T_START_MULTIPART ->
            current().alternative =
                tokens.getBodyDescriptor().getSubType().equalsIgnoreCase("alternative");
        case T_BODY -> body((MaximalBodyDescriptor) tokens.getBodyDescriptor());
        case T_PREAMBLE -> current().preamble = preamble();
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

  private RecursionMode recursion() {
    if (open.size() >= MAX_DEPTH) {
      return RecursionMode.M_FLAT;
    }
    return current().attached ? RecursionMode.M_NO_RECURSE : RecursionMode.M_RECURSE;
  }

  private void body(MaximalBodyDescriptor descriptor) throws IOException {
    boolean root = open.size() == 1;
    Optional<String> name = name(descriptor);
    boolean displayed = root || (!current().attached && name.isEmpty());
    String type = descriptor.getMimeType().toLowerCase(Locale.ROOT);
    if (displayed && type.equals("text/plain")) {
      String text = text(descriptor, remainingText);
      remainingText -= text.length();
      current().children.add(new BodyContent(text, ""));
    } else if (displayed && type.equals("text/html")) {
      String html = text(descriptor, remainingHtml);
      remainingHtml -= html.length();
      current().children.add(new BodyContent("", html));
    } else if (open.size() >= MAX_DEPTH && type.startsWith("multipart/")) {
      problem("its parts are nested too deeply");
    } else if (current().attached || name.isPresent()) {
      if (attachments.size() < MAX_ATTACHMENTS) {
        attachments.add(name.orElse(type));
      }
    }
  }

  private String text(MaximalBodyDescriptor descriptor, int limit) throws IOException {
    InputStream in = tokens.getDecodedInputStream();
    byte[] bytes = in.readNBytes(limit);
    if (bytes.length == limit && in.read() >= 0) {
      problem("its text is too long");
    }
    return Charsets.decode(bytes, parameter(descriptor, "charset")).stripTrailing();
  }

  /**
   * Returns the text before the first part, which is meant for programs that know no parts. It is
   * used only if no part is found, for example because the boundary is wrong.
   */
  private BodyContent preamble() throws IOException {
    byte[] bytes = tokens.getInputStream().readNBytes(remainingText);
    return new BodyContent(Charsets.decode(bytes, Optional.empty()).strip(), "");
  }

  private void problem(String text) {
    problem = problem.or(() -> Optional.of(text));
  }

  /** Adds the content of the innermost open part to the part around it. */
  private void close() {
    Part part = open.pop();
    BodyContent partContent = part.content();
    if (open.isEmpty()) {
      content = partContent;
    } else if (!partContent.isEmpty() && ++parts > MAX_PARTS) {
      problem("it has too many parts");
    } else if (!partContent.isEmpty()) {
      current().children.add(part.withSubject(partContent));
    }
  }

  private static Optional<String> name(MaximalBodyDescriptor descriptor) {
    return Optional.ofNullable(descriptor.getContentDispositionFilename())
        .or(() -> parameter(descriptor, "name"))
        .map(MailHeader::decodeWords)
        .filter(name -> !name.isEmpty());
  }

  private static Optional<String> parameter(MaximalBodyDescriptor descriptor, String name) {
    return Optional.ofNullable(descriptor.getContentTypeParameters().get(name));
  }

  /** A message or a part of one that is being read. */
  private static final class Part {
    private final MailHeader header;
    private final List<BodyContent> children = new ArrayList<>();
    private BodyContent preamble = BodyContent.EMPTY;
    private boolean alternative;
    private boolean attached;

    Part(MailHeader header) {
      this.header = header;
    }

    void add(Field field) {
      header.add(field);
      if (field.getName().equalsIgnoreCase("content-disposition")) {
        attached = field.getBody().strip().toLowerCase(Locale.ROOT).startsWith("attachment");
      }
    }

    BodyContent content() {
      if (children.isEmpty()) {
        return preamble;
      }
      return alternative ? BodyContent.alternatives(children) : BodyContent.sequence(children);
    }

    /** Puts the subject of a nested message before its content. */
    BodyContent withSubject(BodyContent content) {
      return header.subject().isEmpty()
          ? content
          : BodyContent.sequence(List.of(new BodyContent(header.subject(), ""), content));
    }
  }
}
