using MemoryStores.Testing;
using YamlDotNet.RepresentationModel;

namespace MemoryStores.Conformance.Tests.Samples;

/// <summary>
/// samples/deploy. There is neither docker nor a cluster where these tests run: the files are read as YAML, and what can be known
/// without them is held against the documents and the program.
/// </summary>
public sealed class DeploymentFacts
{
    private static readonly string[] Pods = ["kubernetes-mount.yaml", "kubernetes-sync.yaml"];

    [Theory]
    [InlineData("compose.yaml", 1)]
    [InlineData("kubernetes-server.yaml", 2)]
    [InlineData("kubernetes-mount.yaml", 1)]
    [InlineData("kubernetes-sync.yaml", 1)]
    public void Each_is_YAML(string name, int documents) => Assert.Equal(documents, Read(name).Count);

    [Fact]
    public void The_pod_with_a_mount_is_the_recipe_of_the_document()
    {
        var document = File.ReadAllText(Path.Combine(SampleFiles.Root, "docs/mount.md"));
        var recipe = document.Split("```yaml\n")[1].Split("```")[0].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var sample = File.ReadAllLines(SampleFiles.Path("deploy/kubernetes-mount.yaml")).Select(line => line.Trim()).ToHashSet();
        Assert.All(recipe, line => Assert.Contains(line, sample));
    }

    [Fact]
    public void Only_what_mounts_is_privileged_and_no_agent_beside_a_sidecar_has_the_key()
    {
        foreach (var name in Pods)
        {
            var pod = Read(name)[0]["spec"];
            foreach (var agent in (YamlSequenceNode)pod["containers"])
            {
                Assert.False(Has(agent, "envFrom") || Has(agent, "env"), $"{name}: the agent has the key.");
                Assert.Equal("false", (string?)agent["securityContext"]["allowPrivilegeEscalation"]);
            }
            foreach (var helper in (YamlSequenceNode)pod["initContainers"])
                Assert.Equal(name == "kubernetes-mount.yaml", Has(helper, "securityContext") && (string?)helper["securityContext"]["privileged"] == "true");
        }
        var services = Read("compose.yaml")[0]["services"];
        Assert.False(Has(services["agent-with-sync"], "environment"));
        Assert.Equal("/dev/fuse", (string?)services["agent-with-mount"]["devices"][0]);
        Assert.Equal("SYS_ADMIN", (string?)services["agent-with-mount"]["cap_add"][0]);
        Assert.Equal(["agent-with-mount"], ((YamlMappingNode)services).Where(service => Has(service.Value, "cap_add")).Select(service => (string?)service.Key));
    }

    [Fact]
    public void Volumes_that_are_used_are_declared()
    {
        foreach (var name in Pods)
        {
            var pod = Read(name)[0]["spec"];
            var declared = ((YamlSequenceNode)pod["volumes"]).Select(volume => (string?)volume["name"]).ToHashSet();
            foreach (var container in ((YamlSequenceNode)pod["initContainers"]).Concat((YamlSequenceNode)pod["containers"]))
                foreach (var use in (YamlSequenceNode)container["volumeMounts"]) Assert.Contains((string?)use["name"], declared);
        }
        var compose = Read("compose.yaml")[0];
        var volumes = ((YamlMappingNode)compose["volumes"]).Select(volume => (string?)volume.Key).ToHashSet();
        foreach (var (_, service) in (YamlMappingNode)compose["services"])
            foreach (var use in (YamlSequenceNode)service["volumes"]) Assert.Contains(((string?)use)!.Split(':')[0], volumes);
    }

    /// <summary>The program says of options it does not know that it does not: it is asked with each command's own, and for help.</summary>
    [Fact]
    public async Task The_commands_have_options_that_the_program_knows()
    {
        var text = string.Join('\n', new[] { "compose.yaml", "kubernetes-server.yaml", "kubernetes-mount.yaml", "kubernetes-sync.yaml" }.Select(name => File.ReadAllText(SampleFiles.Path("deploy/" + name))));
        foreach (var verb in new[] { "serve", "mount", "sync", "drain" })
        {
            var help = (await ProgramRun.RunAsync(new ProgramStart(ServerProcess.Program, verb, "--help"))).Text;
            var used = text.Split('\n').Where(line => line.Contains($"[memstores, {verb},", StringComparison.Ordinal) || line.Contains($"memstores {verb} ", StringComparison.Ordinal))
                .SelectMany(line => line.Split([' ', ',', ']', '"'], StringSplitOptions.RemoveEmptyEntries)).Where(word => word.StartsWith("--", StringComparison.Ordinal)).Distinct().ToList();
            Assert.All(used, option => Assert.Contains(option, help, StringComparison.Ordinal));
        }
    }

    private static List<YamlNode> Read(string name)
    {
        var yaml = new YamlStream();
        using var file = File.OpenText(SampleFiles.Path("deploy/" + name));
        yaml.Load(file);
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    private static bool Has(YamlNode node, string key) => ((YamlMappingNode)node).Children.ContainsKey(key);
}
