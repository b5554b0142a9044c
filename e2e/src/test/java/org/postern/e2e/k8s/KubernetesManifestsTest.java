package org.postern.e2e.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.server.cli.Command;
import org.postern.server.cli.Option;
import org.postern.server.cli.Up;

class KubernetesManifestsTest {

    private static final Path K8S = Path.of("..", "k8s");

    private final KubernetesSerialization yaml = new KubernetesSerialization();

    @Test
    void everyObjectIsOfAKnownKindAndHasKnownFieldsOnly() throws Exception {
        List<HasMetadata> objects = objects();
        assertThat(objects).hasSize(8);
        assertThat(objects)
                .allSatisfy(object -> {
                    assertThat(object).isNotInstanceOf(GenericKubernetesResource.class);
                    assertThat(UnknownFields.of(object)).isEmpty();
                });
    }

    @ParameterizedTest
    @CsvSource({
        "replicas:, replicaz:, StatefulSet.Spec.replicaz",
        "readOnlyRootFilesystem:, readOnlyRootFilesytem:, readOnlyRootFilesytem",
        "failureThreshold: 6, failureTreshold: 6, LivenessProbe.failureTreshold",
        "fsGroup:, fsgroup:, SecurityContext.fsgroup",
        "secretName:, secretname:, Secret.secretname"
    })
    void aPlantedTypingErrorIsFound(String right, String wrong, String path) throws Exception {
        String text = Files.readString(K8S.resolve("base/stateful-set.yaml"));
        assertThat(text).contains(right);

        Object planted = yaml.unmarshal(text.replace(right, wrong));

        assertThat(UnknownFields.of(planted)).hasSize(1).first().asString().endsWith(path);
    }

    @Test
    void aPlantedWrongTypeIsFound() throws Exception {
        String text = Files.readString(K8S.resolve("base/stateful-set.yaml"));
        assertThatThrownBy(() -> yaml.unmarshal(text.replace("replicas: 1", "replicas: one")))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void aFileThatNoKustomizationNamesDoesNotLieAround() throws Exception {
        try (Stream<Path> files = Files.list(K8S.resolve("base"))) {
            assertThat(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> !name.equals("kustomization.yaml")))
                    .containsExactlyInAnyOrderElementsOf(
                            Kustomization.read(yaml, K8S.resolve("base")).resources());
        }
    }

    @Test
    void kubectlRendersTheSame() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl"))),
                "no kubectl here");
        Path out = Files.createTempFile("kustomize", ".yaml");
        Process kubectl =
                new ProcessBuilder("kubectl", "kustomize", K8S.resolve("base").toString())
                        .redirectOutput(out.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(kubectl.waitFor()).isZero();

        assertThat(Kustomization.documents(yaml, Files.readString(out)))
                .containsExactlyInAnyOrderElementsOf(
                        Kustomization.read(yaml, K8S.resolve("base")).rendered());
        Files.delete(out);
    }

    @Test
    void thePodMayDoNothingThatItDoesNotNeed() throws Exception {
        PodSpec pod = pod();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(one(ServiceAccount.class).getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getServiceAccountName())
                .isEqualTo(one(ServiceAccount.class).getMetadata().getName());
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(pod.getHostPID()).isNull();
        assertThat(pod.getHostIPC()).isNull();

        var podContext = pod.getSecurityContext();
        assertThat(podContext.getRunAsNonRoot()).isTrue();
        assertThat(podContext.getRunAsUser()).isGreaterThan(0);
        assertThat(podContext.getFsGroup()).isEqualTo(podContext.getRunAsGroup());
        // anything else would open PostgreSQL's folder to the group at every mount, and it would
        // not start
        assertThat(podContext.getFsGroupChangePolicy()).isEqualTo("OnRootMismatch");
        assertThat(podContext.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");

        // Pod Security Standards, level restricted
        var context = container().getSecurityContext();
        assertThat(context.getRunAsNonRoot()).isTrue();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(context.getPrivileged()).isNull();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getCapabilities().getAdd()).isEmpty();
        assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    }

    @Test
    void theClustersOwnVariablesDoNotOverwriteOurs() throws Exception {
        // a service called postern-smtp would set POSTERN_SMTP_PORT to tcp://…
        assertThat(pod().getEnableServiceLinks()).isFalse();
    }

    @Test
    void probesAskTheManagementPort() throws Exception {
        Container container = container();
        assertProbe(container.getStartupProbe(), "/health/liveness");
        assertProbe(container.getLivenessProbe(), "/health/liveness");
        assertProbe(container.getReadinessProbe(), "/health/readiness");
        // a log that is replayed after a crash may take two minutes (LocalPostgres)
        Probe startup = container.getStartupProbe();
        assertThat(startup.getPeriodSeconds() * startup.getFailureThreshold())
                .isGreaterThanOrEqualTo(180);
    }

    private static void assertProbe(Probe probe, String path) {
        assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
    }

    @Test
    void itIsGivenTimeToStopInOrder() throws Exception {
        assertThat(pod().getTerminationGracePeriodSeconds()).isEqualTo(120);
        assertThat(container().getLifecycle().getPreStop().getSleep().getSeconds())
                .isBetween(1L, 30L);
    }

    @Test
    void onePodWritesToOneVolumeAndNothingElseCanBeWrittenOnDisk() throws Exception {
        StatefulSet set = one(StatefulSet.class);
        assertThat(set.getSpec().getReplicas()).isEqualTo(1);
        assertThat(set.getSpec().getVolumeClaimTemplates())
                .singleElement()
                .satisfies(claim -> {
                    assertThat(claim.getMetadata().getName()).isEqualTo("data");
                    assertThat(claim.getSpec().getResources().getRequests()).containsKey("storage");
                });
        Map<String, String> mounts =
                container().getVolumeMounts().stream()
                        .collect(Collectors.toMap(VolumeMount::getName, VolumeMount::getMountPath));
        assertThat(mounts).containsEntry("data", configuration().get("POSTERN_DATA"));
        assertThat(pod().getVolumes())
                .allSatisfy(volume -> {
                    assertThat(mounts).containsKey(volume.getName());
                    assertThat(
                                    volume.getSecret() != null
                                            || volume.getEmptyDir().getMedium().equals("Memory"))
                            .isTrue();
                });
        assertThat(container().getResources().getRequests()).containsKeys("cpu", "memory");
        assertThat(container().getResources().getLimits()).containsKey("memory");
    }

    @Test
    void everyVariableIsOneThatTheCommandLineKnows() throws Exception {
        Command up = new Up((options, folder, console) -> 0);
        Set<String> known =
                up.options().stream()
                        .flatMap(option -> option.variable().stream())
                        .collect(Collectors.toSet());
        Set<String> given = new HashSet<>(configuration().keySet());
        assertThat(given.remove("JAVA_TOOL_OPTIONS")).isTrue();
        assertThat(known).containsAll(given);
        assertThat(container().getEnvFrom())
                .singleElement()
                .satisfies(source ->
                        assertThat(source.getConfigMapRef().getName())
                                .isEqualTo(one(ConfigMap.class).getMetadata().getName()));
        assertThat(container().getArgs()).containsExactly(up.name());
        assertThat(mountOf("passphrase").getReadOnly()).isTrue();
        assertThat(configuration().get("POSTERN_PASSPHRASE_FILE"))
                .isEqualTo(mountOf("passphrase").getMountPath() + "/passphrase");
        assertThat(configuration()).containsKeys("POSTERN_RELAY", "POSTERN_TRUSTED_PROXY");
    }

    @Test
    void portsAreTheSameInTheConfigurationThePodTheServicesAndThePolicy() throws Exception {
        Map<String, Integer> ports =
                container().getPorts().stream()
                        .collect(
                                Collectors.toMap(
                                        ContainerPort::getName, ContainerPort::getContainerPort));
        Map<String, String> configuration = configuration();
        assertThat(ports)
                .containsOnly(
                        Map.entry("smtp", port(configuration, "POSTERN_SMTP_PORT")),
                        Map.entry("smtps", port(configuration, "POSTERN_SMTPS_PORT")),
                        Map.entry("http", port(configuration, "POSTERN_HTTP_PORT")),
                        Map.entry("management", port(configuration, "POSTERN_MANAGEMENT_PORT")));
        // One pod has all roles, so nobody else asks it for keys.
        assertThat(configuration).doesNotContainKeys("POSTERN_ROLES", "POSTERN_KEYS_PORT");
        assertThat(configuration.keySet())
                .containsAll(
                        new Up((options, folder, console) -> 0)
                                .options().stream()
                                        .filter(option -> option.name().endsWith("-port"))
                                        .map(Option::variable)
                                        .map(Optional::orElseThrow)
                                        .filter(variable -> !variable.equals("POSTERN_KEYS_PORT"))
                                        .toList());

        Set<String> served =
                all(Service.class).stream()
                        .flatMap(service -> service.getSpec().getPorts().stream())
                        .map(port -> port.getTargetPort().getStrVal())
                        .collect(Collectors.toSet());
        assertThat(served).containsExactlyInAnyOrder("smtp", "smtps", "http");
        Set<String> admitted =
                one(NetworkPolicy.class).getSpec().getIngress().stream()
                        .flatMap(rule -> rule.getPorts().stream())
                        .map(port -> port.getPort().getStrVal())
                        .collect(Collectors.toSet());
        assertThat(admitted).isEqualTo(served);
        assertThat(one(NetworkPolicy.class).getSpec().getPolicyTypes())
                .containsExactly("Ingress", "Egress");
    }

    private static int port(Map<String, String> configuration, String variable) {
        return Integer.parseInt(String.valueOf(configuration.get(variable)));
    }

    @Test
    void everySelectorFindsThePod() throws Exception {
        Map<String, String> labels =
                one(StatefulSet.class).getSpec().getTemplate().getMetadata().getLabels();
        assertThat(one(StatefulSet.class).getSpec().getSelector().getMatchLabels())
                .isEqualTo(labels);
        assertThat(one(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels())
                .isEqualTo(labels);
        assertThat(one(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels())
                .isEqualTo(labels);
        assertThat(all(Service.class))
                .hasSize(3)
                .allSatisfy(
                        service -> assertThat(service.getSpec().getSelector()).isEqualTo(labels));
        assertThat(one(StatefulSet.class).getSpec().getServiceName())
                .isIn(
                        all(Service.class).stream()
                                .map(service -> service.getMetadata().getName())
                                .toList());
        // a budget of one available pod would keep the only one from ever leaving its node
        assertThat(one(PodDisruptionBudget.class).getSpec().getMaxUnavailable().getIntVal())
                .isEqualTo(1);
    }

    @Test
    void theImageIsNamedWithItsTagAndWithoutARegistry() throws Exception {
        assertThat(container().getImage()).matches("postern:[0-9][0-9A-Za-z.-]*");
    }

    @Test
    void theImageIsMadeForWhatThePodDemands() throws Exception {
        List<String> lines = Files.readAllLines(K8S.resolve("Containerfile"));
        var podContext = pod().getSecurityContext();
        assertThat(lines)
                .contains(
                        "USER " + podContext.getRunAsUser() + ":" + podContext.getRunAsGroup(),
                        "COPY server/target/postern.jar /app/postern.jar",
                        "VOLUME " + configuration().get("POSTERN_DATA"),
                        "STOPSIGNAL SIGTERM");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("FROM "))
                .allSatisfy(line -> assertThat(line).doesNotContain("/"));
        assertThat(lines)
                .contains(
                        "EXPOSE "
                                + container().getPorts().stream()
                                        .map(port -> port.getContainerPort().toString())
                                        .collect(Collectors.joining(" ")));
        assertThat(lines)
                .filteredOn(line -> line.startsWith("ENTRYPOINT "))
                .singleElement()
                .asString()
                .contains("\"-jar\", \"/app/postern.jar\"");
    }

    private List<HasMetadata> objects() throws IOException {
        var objects = new ArrayList<HasMetadata>();
        for (Map<String, Object> document :
                Kustomization.read(yaml, K8S.resolve("base")).rendered()) {
            objects.add((HasMetadata) yaml.unmarshal(yaml.asYaml(document)));
        }
        return objects;
    }

    private <T extends HasMetadata> List<T> all(Class<T> type) throws IOException {
        return objects().stream().filter(type::isInstance).map(type::cast).toList();
    }

    private <T extends HasMetadata> T one(Class<T> type) throws IOException {
        List<T> all = all(type);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private Map<String, String> configuration() throws IOException {
        return one(ConfigMap.class).getData();
    }

    private PodSpec pod() throws IOException {
        return one(StatefulSet.class).getSpec().getTemplate().getSpec();
    }

    private Container container() throws IOException {
        assertThat(pod().getContainers()).hasSize(1);
        return pod().getContainers().getFirst();
    }

    private VolumeMount mountOf(String name) throws IOException {
        return container().getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
