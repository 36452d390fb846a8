package io.msgvault.embed.onnx;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens one of the model's files. {@code toString} names it in errors. */
sealed interface ModelFile {
  /** Opens the file at its start; the caller closes it. */
  InputStream open() throws IOException;

  /** Opens another file in the same folder. */
  InputStream openSibling(String name) throws IOException;

  /** Returns the file with its content in memory, if opening it repeatedly would be costly. */
  ModelFile buffered() throws IOException;

  /** Returns the file's name, without folder and extension. */
  String name();

  /** Returns the exception for a file that can't be read. */
  default EmbedderUnavailableException unreadable(IOException cause, String expected) {
    return new EmbedderUnavailableException(
        "can't read " + this + " (" + cause + "): use " + expected, cause);
  }

  /** A file on disk. */
  record OnDisk(Path path) implements ModelFile {
    @Override
    public InputStream open() throws IOException {
      return new BufferedInputStream(Files.newInputStream(path));
    }

    @Override
    public ModelFile buffered() {
      return this;
    }

    /** Opens a regular file. A device that a model names might never end. */
    @Override
    public InputStream openSibling(String name) throws IOException {
      Path folder = path.toAbsolutePath().normalize().resolveSibling("");
      try {
        Path sibling = folder.resolve(name).normalize();
        if (sibling.startsWith(folder) && Files.isRegularFile(sibling)) {
          return new OnDisk(sibling).open();
        }
      } catch (InvalidPathException e) {
        throw new IOException("it names a file of weights that no file system can have", e);
      }
      throw new IOException("its weights, " + name + ", are no file in its folder");
    }

    @Override
    public String name() {
      return withoutExtension(String.valueOf(path.getFileName()));
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** A class-path resource. */
  record Resource(String resource) implements ModelFile {
    @Override
    public InputStream open() throws IOException {
      InputStream found = find(Thread.currentThread().getContextClassLoader());
      if (found == null) {
        found = find(ModelFile.class.getClassLoader());
      }
      if (found == null) {
        throw new IOException("it is not on the class path");
      }
      return found;
    }

    private @Nullable InputStream find(@Nullable ClassLoader loader) {
      return loader == null ? null : loader.getResourceAsStream(resource);
    }

    @Override
    public ModelFile buffered() throws IOException {
      try (InputStream in = open()) {
        return new InMemory(this, in.readAllBytes());
      }
    }

    @Override
    public InputStream openSibling(String name) throws IOException {
      throw new IOException(
          "its weights are in another file, " + name + ", so both must be on disk");
    }

    @Override
    public String name() {
      return withoutExtension(resource.substring(resource.lastIndexOf('/') + 1));
    }

    @Override
    public String toString() {
      return "class-path resource " + resource;
    }
  }

  /** The content of another file, in memory. */
  final class InMemory implements ModelFile {
    private final ModelFile source;
    private final byte[] content;

    private InMemory(ModelFile source, byte[] content) {
      this.source = source;
      this.content = content;
    }

    byte[] content() {
      return content;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(content);
    }

    @Override
    public ModelFile buffered() {
      return this;
    }

    @Override
    public InputStream openSibling(String name) throws IOException {
      return source.openSibling(name);
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public String toString() {
      return source.toString();
    }
  }

  private static String withoutExtension(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot > 0 ? fileName.substring(0, dot) : fileName;
  }
}
