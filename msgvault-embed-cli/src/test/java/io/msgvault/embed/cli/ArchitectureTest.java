package io.msgvault.embed.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.IndexStatus;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the dependencies between packages and modules. The test is in this module because all
 * published modules are on its class path. The benchmarks, which may use internals, are not.
 */
class ArchitectureTest {
  private static final String ROOT = "io.msgvault.embed";
  private static final String ENGINE = ROOT + ".internal.job";

  /** The packages of the api from top to bottom. A package may use only those below it. */
  private static final List<String> LAYERS =
      Stream.of(
              "",
              ".search.evaluation",
              ".search.retrieval",
              ".search",
              ".migration",
              ".archive",
              ".mapping",
              ".embedder.support",
              ".store",
              ".store.support",
              ".embedder",
              ".model",
              ".text")
          .map(name -> ROOT + name)
          .toList();

  /** The modules besides the api, each with packages below the one of its name. */
  private static final List<String> MODULES =
      List.of(
          "cli", "http", "lucene", "memory", "onnx", "opensearch", "pgvector", "sqlite", "testkit");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void classPathHasAllPublishedModules() {
    Set<String> expected = new TreeSet<>(MODULES);
    expected.add("api");
    assertEquals(
        expected,
        CLASSES.stream()
            .map(ArchitectureTest::module)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest
  @MethodSource("lowerLayers")
  void packageOfApiUsesNoHigherOne(String layer) {
    noClasses()
        .that()
        .resideInAPackage(layer)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(LAYERS.subList(0, LAYERS.indexOf(layer)).toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void apiUsesNoOtherModule() {
    noClasses()
        .that(are("in the api", type -> module(type).equals("api")))
        .should()
        .dependOnClassesThat(
            are("in another module", type -> isOurs(type) && !module(type).equals("api")))
        .check(CLASSES);
  }

  @Test
  void textUsesNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".text")
        .should()
        .dependOnClassesThat(
            are(
                "ours and not in text",
                type -> isOurs(type) && !type.getPackageName().equals(ROOT + ".text")))
        .check(CLASSES);
  }

  @Test
  void onlyFrontDoorUsesEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, ENGINE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ENGINE)
        .check(CLASSES);
  }

  @Test
  void engineUsesNoEntryPoint() {
    noClasses()
        .that()
        .resideInAPackage(ENGINE)
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(EmbedJob.class, IndexStatus.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".search", ROOT + ".migration", ROOT + ".archive", ROOT + ".mapping")
        .check(CLASSES);
  }

  @Test
  void exportedMembersNameNoInternalType() {
    classes()
        .that(are("exported", type -> !isInternal(type) && isVisible(type)))
        .should(nameNoInternalType())
        .check(CLASSES);
  }

  @Test
  void internalPackagesAreUsedByTheirModuleOnly() {
    classes().should(useNoInternalsOfAnotherModule()).check(CLASSES);
  }

  @ParameterizedTest
  @FieldSource("MODULES")
  void moduleHasNoCycleOfPackages(String module) {
    slices()
        .assignedFrom(new PackagesOf(module))
        .should()
        .beFreeOfCycles()
        .ignoreDependency(
            are("internal", ArchitectureTest::isInternal),
            are("exported values", ArchitectureTest::isExportedValue))
        .allowEmptyShould(false)
        .check(CLASSES);
  }

  static List<String> lowerLayers() {
    return LAYERS.subList(1, LAYERS.size());
  }

  /** Returns the module of one of our classes. */
  private static String module(JavaClass type) {
    String name = type.getPackageName() + ".";
    return MODULES.stream()
        .filter(module -> name.startsWith(ROOT + "." + module + "."))
        .findFirst()
        .orElse("api");
  }

  private static boolean isOurs(JavaClass type) {
    return (type.getPackageName() + ".").startsWith(ROOT + ".");
  }

  private static boolean isInternal(JavaClass type) {
    return isOurs(type) && (type.getPackageName() + ".").contains(".internal.");
  }

  /**
   * Returns whether a type is an exported record or exception, which an internal type may create.
   */
  private static boolean isExportedValue(JavaClass type) {
    return !isInternal(type) && (type.isRecord() || type.isAssignableTo(Throwable.class));
  }

  private static boolean isVisible(JavaClass type) {
    return isVisible(type.getModifiers())
        && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static DescribedPredicate<JavaClass> are(String name, Predicate<JavaClass> predicate) {
    return DescribedPredicate.describe("are " + name, predicate);
  }

  /** Looks at supertypes, fields, parameters, results and exceptions, with their type arguments. */
  private static ArchCondition<JavaClass> nameNoInternalType() {
    return new ArchCondition<>("name no internal type in a supertype or a visible member") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
            .forEach(named -> check(type.getName(), named, type, events));
        for (JavaMember member : type.getMembers()) {
          if (isVisible(member.getModifiers())) {
            types(member).forEach(named -> check(member.getFullName(), named, type, events));
          }
        }
      }

      private void check(String place, JavaType named, JavaClass type, ConditionEvents events) {
        named.getAllInvolvedRawTypes().stream()
            .filter(ArchitectureTest::isInternal)
            .map(internal -> place + " names " + internal.getName())
            .forEach(text -> events.add(SimpleConditionEvent.violated(type, text)));
      }
    };
  }

  private static Stream<JavaType> types(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(field.getType());
    }
    JavaCodeUnit method = (JavaCodeUnit) member;
    return Stream.of(
            Stream.of(method.getReturnType()),
            method.getParameterTypes().stream(),
            method.getTypeParameters().stream(),
            method.getExceptionTypes().stream())
        .flatMap(types -> types);
  }

  private static ArchCondition<JavaClass> useNoInternalsOfAnotherModule() {
    return new ArchCondition<>("use no internal package of another module") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass();
          if (isInternal(target) && !mayUseInternals(module(type), module(target))) {
            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
          }
        }
      }
    };
  }

  /** The kit compares stores with the reference matching and ranking of the stores in memory. */
  private static boolean mayUseInternals(String user, String owner) {
    return user.equals(owner) || (user.equals("testkit") && owner.equals("memory"));
  }

  /** Makes a slice of each package of a module. */
  private record PackagesOf(String module) implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return isOurs(type) && ArchitectureTest.module(type).equals(module)
          ? SliceIdentifier.of(type.getPackageName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages of " + module;
    }
  }
}
