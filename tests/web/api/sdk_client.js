/**
 * A merchant's program on a published SDK: sends what it is told line by line, and
 * prints every answer. Arguments: folder of the SDKs, SDK, address, key, secret.
 */
'use strict';

const path = require('path');
const readline = require('readline');

const [folder, name, address, key, secret] = process.argv.slice(2);
const modules = path.join(folder, 'node_modules');
const axios = require(path.join(modules, 'axios'));
const Client = require(path.join(modules, name));

// The SDK's own address is fixed in it.
axios.interceptors.request.use((config) => {
    config.baseURL = address;
    return config;
});

const client = new Client(key, secret);

async function main() {
    for await (const line of readline.createInterface({input: process.stdin})) {
        const {method, endpoint, params} = JSON.parse(line);
        const answer = await client[method](endpoint, params);
        // The SDK logs to the same stream.
        console.log('ANSWER ' + JSON.stringify({status: answer.status, data: answer.data}));
    }
}

main();
