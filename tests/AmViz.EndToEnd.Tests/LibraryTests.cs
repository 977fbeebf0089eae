using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>The packages, as a program outside of the repository uses them.</summary>
public sealed class LibraryTests : IDisposable
{
    // Its own, so that no package of an earlier run is taken for this one's.
    private readonly string _version = $"0.0.1-test.{Guid.NewGuid():N}";
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        foreach (var package in Directory.EnumerateDirectories(PackageCache, "amviz.*").Select(package => Path.Combine(package, _version)).Where(Directory.Exists))
        {
            Directory.Delete(package, recursive: true);
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task TheExampleOfTenLinesDrawsAChannelFromPackagesAlone()
    {
        await DotnetAsync(
            RepositoryTree.Root, "pack", "AmViz.Cluster.slnx", "-c", "Release", "--no-build", "-nodeReuse:false", "-v", "q", "-p:MinVerVersionOverride=" + _version, "--output", _folder.At("packages"));
        Directory.CreateDirectory(_folder.At("program"));
        File.Copy(RepositoryTree.At("examples", "DrawOneChannel", "Program.cs"), _folder.At("program", "Program.cs"));
        await File.WriteAllTextAsync(_folder.At("program", "program.csproj"), Project(), TestContext.Current.CancellationToken);

        var output = await DotnetAsync(_folder.At("program"), "run", "-c", "Release");

        Assert.Contains("objective", output, StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(_folder.At("program", "channel.png"), TestContext.Current.CancellationToken))[..4]);
    }

    [Fact]
    public async Task ThePageAboutTheLibraryShowsThatExample()
    {
        var page = await File.ReadAllTextAsync(RepositoryTree.At("docs", "library.md"), TestContext.Current.CancellationToken);
        var example = await File.ReadAllTextAsync(RepositoryTree.At("examples", "DrawOneChannel", "Program.cs"), TestContext.Current.CancellationToken);

        Assert.Contains($"```csharp\n{example}```", page, StringComparison.Ordinal);
        Assert.InRange(example.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 12);
    }

    private static string PackageCache => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private string Project() => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <RestoreAdditionalProjectSources>{_folder.At("packages")}</RestoreAdditionalProjectSources>
            <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="AmViz.Drawing" Version="{_version}" />
            <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
          </ItemGroup>
        </Project>
        """;

    private static async Task<string> DotnetAsync(string folder, params string[] arguments)
    {
        // What this test was started with would lead the new process to another build of MSBuild or to its settings.
        using var process = AmVizProcess.StartProgram("dotnet", folder, new Dictionary<string, string>(StringComparer.Ordinal), arguments);
        Assert.True(await process.ExitCodeAsync() == 0, $"dotnet {string.Join(' ', arguments)}:\n{process.Output}{process.Error}");
        return process.Output;
    }
}
