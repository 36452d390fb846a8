package io.msgvault.embed.spring.internal;

import io.msgvault.embed.spring.EmbedArchives;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/** The actuator's endpoint of several archives, each by its name. */
@Endpoint(id = "msgvaultembed")
final class ArchivesEndpoint {
  private final EmbedArchives archives;

  ArchivesEndpoint(EmbedArchives archives) {
    this.archives = archives;
  }

  /** Returns the status of each archive. */
  @ReadOperation
  Map<String, StatusReport> all() {
    return each(archives, OperatedIndex::status);
  }

  /** Returns the status of one archive. */
  @ReadOperation
  StatusReport status(@Selector String archive) {
    return known(archive).status();
  }

  /** Does an action on one archive, or lets it begin soon, and tells which. */
  @WriteOperation
  Map<String, Object> act(@Selector String archive, @Selector OperatedIndex.Action action) {
    return known(archive).act(action);
  }

  private OperatedIndex known(String archive) {
    if (!archives.names().contains(archive)) {
      throw new InvalidEndpointRequestException(
          "no such archive",
          "There is no archive " + archive + ", but " + String.join(", ", archives.names()));
    }
    return index(archives, archive);
  }

  /** Returns what a question says of each archive, in the order of the archives. */
  static <T> Map<String, T> each(EmbedArchives archives, Function<OperatedIndex, T> question) {
    Map<String, T> answers = new LinkedHashMap<>();
    archives.names().forEach(name -> answers.put(name, question.apply(index(archives, name))));
    return answers;
  }

  private static OperatedIndex index(EmbedArchives archives, String archive) {
    return new OperatedIndex(archives.job(archive), archives.runs(archive));
  }
}
