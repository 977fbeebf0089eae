namespace AmViz.Storage;

/// <summary>A file that is whole but not published. Disposing it removes its temporary name, published or not.</summary>
/// <param name="path">Its temporary name.</param>
/// <param name="owner">Where it lies, with the lock that writers without hard links share.</param>
/// <param name="link">Makes a hard link.</param>
internal sealed class TemporaryFile(string path, TemporaryFiles owner, FileLinker link) : IDisposable
{
    /// <summary>Gives it the name <paramref name="target"/>, unless that is taken.</summary>
    /// <returns>False if the name is taken.</returns>
    public bool Publish(string target)
    {
        var published = link(path, target) switch
        {
            FileLinkResult.Created => true,
            FileLinkResult.NameTaken => false,
            _ => MoveUnderLock(target),
        };
        if (published)
        {
            DurableFolder.Flush(Path.GetDirectoryName(target)!);
        }

        return published;
    }

    /// <summary>Gives it the name <paramref name="target"/> and takes that from the file that had it.</summary>
    public void PublishOver(string target)
    {
        File.Move(path, target, overwrite: true);
        DurableFolder.Flush(Path.GetDirectoryName(target)!);
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(path);

    // Without hard links nothing refuses to replace and is atomic, so writers take turns.
    private bool MoveUnderLock(string target)
    {
        using var held = owner.Lock(CancellationToken.None);
        if (File.Exists(target))
        {
            return false;
        }

        File.Move(path, target, overwrite: false);
        return true;
    }
}
