namespace AmViz.Cluster.Silo;

/// <summary>Where the silo of a process stands, over all the lives that it has there.</summary>
internal sealed class SiloLife
{
    private readonly Lock _lock = new();

    /// <summary>Where it stands.</summary>
    public SiloStage Stage { get; private set; }

    /// <summary>Whether it has ever joined.</summary>
    public bool HasJoined { get; private set; }

    /// <summary>Times the others declared it dead.</summary>
    public int Evictions { get; private set; }

    /// <summary>It is a member of the cluster and takes work.</summary>
    public void Join()
    {
        lock (_lock)
        {
            HasJoined = true;
            Enter(SiloStage.Joined);
        }
    }

    /// <summary>The others have declared it dead; it joins again.</summary>
    public void Evict()
    {
        lock (_lock)
        {
            Evictions++;
            Enter(SiloStage.Rejoining);
        }
    }

    /// <summary>It was told to leave and takes no more work. What comes after that is no return.</summary>
    public void Drain()
    {
        lock (_lock)
        {
            Stage = SiloStage.Draining;
        }
    }

    private void Enter(SiloStage stage) => Stage = Stage == SiloStage.Draining ? SiloStage.Draining : stage;
}

/// <summary>Where a silo stands.</summary>
internal enum SiloStage
{
    /// <summary>On its way into the cluster for the first time.</summary>
    Joining,

    /// <summary>A member that takes work.</summary>
    Joined,

    /// <summary>Declared dead by the others, on its way back.</summary>
    Rejoining,

    /// <summary>Told to leave.</summary>
    Draining,
}
