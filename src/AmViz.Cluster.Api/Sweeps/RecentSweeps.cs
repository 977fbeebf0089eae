namespace AmViz.Cluster.Api;

/// <summary>What is kept of the sweeps that were asked for last: of many small ones, or of a few large ones.</summary>
/// <typeparam name="T">What is kept of a sweep; begins empty.</typeparam>
/// <param name="mostRows">Rows of all of them together. One sweep is kept however many it has.</param>
internal sealed class RecentSweeps<T>(long mostRows)
    where T : new()
{
    // Names of devices, errors and layers take memory too.
    private const int LeastRows = 1000;

    private readonly Lock _lock = new();
    private readonly LinkedList<(SweepId Sweep, long Rows, T Kept)> _recent = new();
    private readonly Dictionary<SweepId, LinkedListNode<(SweepId Sweep, long Rows, T Kept)>> _places = [];
    private long _rows;

    /// <summary>What is kept of a sweep. Those that nobody has asked for for longest go when there is no room.</summary>
    public T Of(SweepPlan plan)
    {
        lock (_lock)
        {
            if (_places.TryGetValue(plan.Id, out var place))
            {
                _recent.Remove(place);
                _recent.AddFirst(place);
                return place.Value.Kept;
            }

            place = _places[plan.Id] = _recent.AddFirst((plan.Id, Math.Max(plan.TaskCount, LeastRows), new T()));
            _rows += place.Value.Rows;
            MakeRoom();
            return place.Value.Kept;
        }
    }

    private void MakeRoom()
    {
        while (_rows > mostRows && _recent.Count > 1)
        {
            var (sweep, rows, _) = _recent.Last!.Value;
            _recent.RemoveLast();
            _places.Remove(sweep);
            _rows -= rows;
        }
    }
}
