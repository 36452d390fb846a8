package io.msgvault.embed.cli.mail;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.BodyDescriptorBuilder;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.RawField;

/**
 * Describes a part by the fields of its header that say what it is. Of a field that occurs twice,
 * the first one counts.
 *
 * <p>For the library that walks through the parts, it is a {@link BodyDescriptor}. There a part
 * that has parts but is encoded as a whole is a leaf, since the library would look for the parts in
 * the encoded text.
 */
final class PartDescriptor implements BodyDescriptor {
  private static final int MAX_FIELD = 64 << 10;
  private static final String PLAIN = "text/plain";
  private static final String MESSAGE = "message/rfc822";
  private static final String LEAF = "application/octet-stream";

  /** Types that hold a message, or the header of one. */
  private static final Set<String> MESSAGES =
      Set.of(
          MESSAGE,
          "message/global",
          "message/news",
          "text/rfc822-headers",
          "text/rfc822",
          "message/rfc822-headers",
          "message/global-headers");

  private static final Map<String, String> BARE_TYPES = Map.of("html", "text/html", "text", PLAIN);

  private static final Pattern FIELD = Pattern.compile("\\s*[!-9;-~]{1,100}:");

  /** A field whose equals sign is quoted-printable. */
  private static final Pattern QUOTED_FIELD = Pattern.compile("(?mi)^content-[^\\n]*=3D");

  private final String defaultType;
  private String type;
  private String rawTypeField = "";
  private Optional<ContentField> typeField = Optional.empty();
  private Optional<ContentField> disposition = Optional.empty();
  private Optional<String> encoding = Optional.empty();

  private PartDescriptor(String defaultType) {
    this.defaultType = defaultType;
    this.type = defaultType;
  }

  /** Creates a descriptor of a message. */
  static PartDescriptor ofMessage() {
    return new PartDescriptor(PLAIN);
  }

  /** Creates a descriptor of a part of this one. */
  PartDescriptor child() {
    return new PartDescriptor(type.equals("multipart/digest") ? MESSAGE : PLAIN);
  }

  /** Adds a field; one that does not describe the part is ignored. */
  void add(Field field) {
    switch (field.getName().toLowerCase(Locale.ROOT)) {
      case "content-type" -> {
        if (typeField.isEmpty()) {
          rawTypeField = raw(field);
          typeField = Optional.of(ContentField.parse(rawTypeField));
          type = type(typeField.get());
        }
      }
      case "content-disposition" ->
          disposition = disposition.or(() -> Optional.of(ContentField.parse(raw(field))));
      case "content-transfer-encoding" ->
          encoding = encoding.or(() -> Optional.of(encoding(raw(field))));
      default -> {
        // Other fields do not describe the part.
      }
    }
  }

  private static String raw(Field field) {
    String raw = HeaderText.raw(field);
    return raw.substring(0, Math.min(raw.length(), MAX_FIELD));
  }

  private static String type(ContentField field) {
    String declared = field.value();
    if (declared.startsWith("multipart/")) {
      return field.parameter("boundary").orElse("").isBlank() ? PLAIN : declared;
    }
    if (MESSAGES.contains(declared)) {
      return MESSAGE;
    }
    return declared.matches("[^/]+/[^/]+") ? declared : BARE_TYPES.getOrDefault(declared, PLAIN);
  }

  /** Returns the type and subtype in lower case; {@code text/plain} if they can't be read. */
  String type() {
    return type;
  }

  boolean isMultipart() {
    return type.startsWith("multipart/");
  }

  boolean isAlternative() {
    return type.equals("multipart/alternative");
  }

  boolean isMessage() {
    return type.equals(MESSAGE);
  }

  /** Returns whether the sender wants it to be shown as a file. */
  boolean isAttached() {
    return disposition.map(field -> field.value().startsWith("attachment")).orElse(false);
  }

  /** Returns the name of the file, if it has one. */
  Optional<String> name(Optional<MailCharset> other) {
    return disposition
        .flatMap(field -> field.text("filename", other))
        .or(() -> typeField.flatMap(field -> field.text("name", other)));
  }

  /** Returns a parameter of the type. */
  Optional<String> parameter(String name) {
    return typeField.flatMap(field -> field.parameter(name));
  }

  /** Returns the body of the field of the type, as it stands in the header. */
  String rawTypeField() {
    return rawTypeField;
  }

  String boundary() {
    return parameter("boundary").orElse("").stripTrailing();
  }

  /**
   * Returns whether parts that are said to be encoded as a whole are not.
   *
   * @param start the first bytes of their body, as characters up to 255
   */
  boolean isPlain(String start) {
    return isMultipart()
        ? start.contains("--" + boundary()) && !QUOTED_FIELD.matcher(start).find()
        : FIELD.matcher(start).lookingAt();
  }

  /** Decodes the bytes of the part. */
  InputStream decode(InputStream in) throws IOException {
    return switch (encoding()) {
      case "base64" -> Base64Stream.open(in);
      case "quoted-printable" -> new QuotedPrintableInputStream(in, DecodeMonitor.SILENT);
      case "uuencode" -> new UuStream(in);
      default -> in;
    };
  }

  private String encoding() {
    return encoding.orElse("");
  }

  /** Returns the encoding that a field means; empty if it means none. */
  private static String encoding(String raw) {
    String label = ContentField.parse(raw).value().split(",", 2)[0].replaceAll("[^a-z0-9]", "");
    return switch (label) {
      case "base64", "xbase64" -> "base64";
      case "quotedprintable", "qp" -> "quoted-printable";
      case "uuencode", "xuuencode", "uue", "xuue" -> "uuencode";
      default -> "";
    };
  }

  private boolean isEncoded() {
    return !encoding().isEmpty();
  }

  // The view of the library

  @Override
  public String getMimeType() {
    return isEncoded() && (isMultipart() || isMessage()) ? LEAF : type();
  }

  @Override
  public String getMediaType() {
    return getMimeType().substring(0, getMimeType().indexOf('/'));
  }

  @Override
  public String getSubType() {
    return getMimeType().substring(getMimeType().indexOf('/') + 1);
  }

  @Override
  public String getBoundary() {
    return boundary();
  }

  @Override
  public String getCharset() {
    return parameter("charset").orElse("");
  }

  @Override
  public String getTransferEncoding() {
    return "binary";
  }

  @Override
  public long getContentLength() {
    return -1;
  }

  /** Builds descriptors while the library reads a header. */
  static final class Builder implements BodyDescriptorBuilder {
    private final PartDescriptor parent;
    private PartDescriptor descriptor;

    /**
     * Creates a builder.
     *
     * @param empty the descriptor of a part without fields
     */
    Builder(PartDescriptor empty) {
      this.parent = empty;
      this.descriptor = new PartDescriptor(empty.defaultType);
    }

    @Override
    public void reset() {
      descriptor = new PartDescriptor(parent.defaultType);
    }

    @Override
    public Field addField(RawField field) {
      descriptor.add(field);
      return field;
    }

    @Override
    public BodyDescriptor build() {
      return descriptor;
    }

    @Override
    public BodyDescriptorBuilder newChild() {
      return new Builder(descriptor.child());
    }
  }
}
