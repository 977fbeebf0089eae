namespace AmViz.Cluster.Client;

/// <summary>What is made of some files, and made anew when they change. A change that cannot be used is told once, and leaves what there was in force.</summary>
/// <typeparam name="T">What is made. Never disposed of: somebody may still use the last one.</typeparam>
internal sealed class FileWatch<T>
    where T : class
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<string> _files;
    private readonly Func<T> _load;
    private readonly TimeProvider _time;
    private readonly Action<string> _onTrouble;
    private readonly Lock _lock = new();
    private T _current;
    private long _lookedAt;
    private DateTime _loadedOf;

    /// <summary>Makes it for the first time.</summary>
    /// <param name="files">Their paths.</param>
    /// <param name="load">Makes it of them; a <see cref="ClusterCertificateException"/> says what is wrong with them.</param>
    /// <param name="time">The clock: they are looked at when somebody asks, at most once a second.</param>
    /// <param name="onTrouble">Told when changed files cannot be used.</param>
    public FileWatch(IReadOnlyList<string> files, Func<T> load, TimeProvider time, Action<string> onTrouble)
    {
        (_files, _load, _time, _onTrouble) = (files, load, time, onTrouble);
        (_loadedOf, _lookedAt) = (LastChange(), time.GetTimestamp());
        _current = load();
    }

    /// <summary>What they are good for now.</summary>
    public T Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_lookedAt) >= LookInterval)
                {
                    _lookedAt = _time.GetTimestamp();
                    Look();
                }

                return _current;
            }
        }
    }

    private void Look()
    {
        var changed = LastChange();
        if (changed == _loadedOf)
        {
            return;
        }

        _loadedOf = changed;
        try
        {
            _current = _load();
        }
        catch (ClusterCertificateException e)
        {
            _onTrouble($"{e.Message} Those that were read before stay in force.");
        }
    }

    // Through links, since Kubernetes changes all files of a secret at once by changing one.
    private DateTime LastChange() => _files.Max(path =>
    {
        var file = new FileInfo(path);
        return ((file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true) : null) ?? file).LastWriteTimeUtc;
    });
}
