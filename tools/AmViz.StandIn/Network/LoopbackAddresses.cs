using System.Net;

namespace AmViz.StandIn.Network;

/// <summary>Addresses of one cluster: 127.x.y.*, with x and y from the port of its API, which no other cluster of the machine has.</summary>
/// <param name="port">Port of the API.</param>
internal sealed class LoopbackAddresses(int port)
{
    private const int FirstPod = 2;
    private const int FirstService = 180;
    private const int End = 255;

    private readonly Lock _gate = new();
    private readonly HashSet<int> _taken = [];
    private int _lastPod = FirstPod - 1;

    /// <summary>Address of the one node.</summary>
    public IPAddress Node => Of(1);

    /// <summary>An address for a pod; one that was given back is given again as late as possible.</summary>
    /// <exception cref="InvalidOperationException">There is none left.</exception>
    public IPAddress TakeForPod()
    {
        lock (_gate)
        {
            for (var tried = FirstPod; tried < FirstService; tried++)
            {
                _lastPod = _lastPod + 1 < FirstService ? _lastPod + 1 : FirstPod;
                if (_taken.Add(_lastPod))
                {
                    return Of(_lastPod);
                }
            }
        }

        throw new InvalidOperationException($"All {FirstService - FirstPod} addresses of pods are taken. Remove pods.");
    }

    /// <summary>An address for a service.</summary>
    /// <exception cref="InvalidOperationException">There is none left.</exception>
    public IPAddress TakeForService()
    {
        lock (_gate)
        {
            var free = Enumerable.Range(FirstService, End - FirstService).FirstOrDefault(_taken.Add);
            return free > 0 ? Of(free) : throw new InvalidOperationException($"All {End - FirstService} addresses of services are taken. Remove services.");
        }
    }

    public void GiveBack(IPAddress address)
    {
        lock (_gate)
        {
            _taken.Remove(address.GetAddressBytes()[3]);
        }
    }

    private IPAddress Of(int last) => new([127, (byte)(port >> 8), (byte)port, (byte)last]);
}
