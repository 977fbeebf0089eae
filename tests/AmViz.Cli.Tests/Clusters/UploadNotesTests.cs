using AmViz.Cli.Clusters;
using AmViz.Cluster.Http;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Clusters;

public sealed class UploadNotesTests : IDisposable
{
    private const string Fingerprint = "0123456789abcdef";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void AnUploadIsNotedForOneApiUntilItEnds()
    {
        var notes = Notes("notes");
        Assert.Null(notes.Find(Fingerprint));
        notes.Put(Fingerprint, "first");
        notes.Put(Fingerprint, "second");
        Assert.Equal("second", Notes("notes").Find(Fingerprint));
        Assert.Null(Notes("notes", "https://elsewhere.example.com").Find(Fingerprint));
        notes.Remove(Fingerprint);
        Assert.Null(notes.Find(Fingerprint));
    }

    /// <summary>A file where the folder is to be, which stops those too who may write everywhere.</summary>
    [Fact]
    public void WhereNoFolderCanBeMadeThereAreNoNotesAndNothingFails()
    {
        File.WriteAllText(_folder.At("taken"), "");
        AssertKeepsNothing(Notes("taken"));
    }

    [Fact]
    public void WhereANoteCannotBeWrittenThereIsNoneAndNothingFails()
    {
        var notes = Notes("notes");
        notes.Put(Fingerprint, "first");
        var file = Assert.Single(Directory.GetFiles(_folder.At("notes")));
        File.Delete(file);
        Directory.CreateDirectory(file);
        AssertKeepsNothing(notes);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertKeepsNothing(UploadNotes notes)
    {
        notes.Put(Fingerprint, "upload");
        Assert.Null(notes.Find(Fingerprint));
        notes.Remove(Fingerprint);
    }

    private UploadNotes Notes(string folder, string api = "https://amviz.example.com")
    {
        Assert.True(ApiAddress.TryParse(api, out var address, out _));
        return new(_folder.At(folder), address);
    }
}
