using System.Globalization;
using System.Runtime.InteropServices;
using AmViz.TestKit;

namespace AmViz.Models.Tests.Torch;

[Collection(TorchTests.Name)]
public sealed class ElfSymbolsTests
{
    private const string Library = "libtorch_cpu.so";

    [Fact]
    public void ASymbolIsWhereTheLoaderHasIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && NativeLibrary.TryLoad(Library, out _), "libtorch is no shared library of ELF here");
        Assert.True(NativeLibrary.TryLoad(Library, out var library));
        var mapping = File.ReadLines("/proc/self/maps").First(line => line.EndsWith($"/{Library}", StringComparison.Ordinal));
        var start = nint.Parse(mapping.AsSpan(0, mapping.IndexOf('-', StringComparison.Ordinal)), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        string[] names = ["_ZN2at13globalContextEv", "_ZN2at7Context20setUserEnabledNNPACKEb"];

        var found = ElfSymbols.Find(mapping[mapping.IndexOf('/', StringComparison.Ordinal)..], [.. names, "_ZN2at7nothingEv"]);

        Assert.Equal(names.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(NativeLibrary.GetExport(library, name), start + found[name]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a library, but long enough for a header of sixty-four bytes and some more")]
    public void AFileThatIsNoLibraryHasNone(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("file.so"), content);
        Assert.Empty(ElfSymbols.Find(folder.At("file.so"), "_ZN2at13globalContextEv"));
    }
}
