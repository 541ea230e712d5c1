"""Drives a page in headless Chromium through chromedriver (W3C WebDriver), and prints what a script in the page returns.

python3 -c THIS URL [SCRIPT | key:TEXT | click:SELECTOR]...
A script is the body of a function; keys go to the element that has the focus. One line of JSON a script, then one with what the
console said and what of the network was used.
"""
import json, subprocess, sys, tempfile, time, urllib.request

profile = tempfile.TemporaryDirectory()
driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
port = next(line for line in driver.stdout if "successfully on port" in line).rstrip(".\n").split()[-1]


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"}, method=method)
    return json.load(urllib.request.urlopen(request, timeout=60))["value"]


try:
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile.name}", "--window-size=1280,900"]
    options = {"goog:chromeOptions": {"args": arguments}, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
    session = "/session/" + call("POST", "/session", {"capabilities": {"alwaysMatch": options}})["sessionId"]
    call("POST", session + "/url", {"url": sys.argv[1]})
    for step in sys.argv[2:]:
        if step.startswith("key:"):
            element = call("GET", session + "/element/active")
            (identity,) = element.values()
            call("POST", f"{session}/element/{identity}/value", {"text": step[4:].encode().decode("unicode_escape")})
        elif step.startswith("click:"):
            element = call("POST", session + "/element", {"using": "css selector", "value": step[6:]})
            (identity,) = element.values()
            call("POST", f"{session}/element/{identity}/click", {})
        else:
            print(json.dumps(call("POST", session + "/execute/sync", {"script": step, "args": []})))
    console = [entry["message"] for entry in call("POST", session + "/se/log", {"type": "browser"})]
    events = [json.loads(entry["message"])["message"] for entry in call("POST", session + "/se/log", {"type": "performance"})]
    sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    print(json.dumps({"console": console, "requests": [url for url in sent if url.startswith("http")]}))
    call("DELETE", session)
finally:
    driver.kill()
